"""The work of Promoter."""

from typing import Any

from tfx.dsl.components.base.base_executor import BaseExecutor
from tfx.types import Artifact
from tfx.types.artifact_utils import get_single_instance, get_single_uri
from tfx.utils.path_utils import serving_model_path

from components.evaluator.verdict import read_verdict
from components.promoter.outcome import write_promotion
from components.promoter.promote_if_blessed import promote_if_blessed
from serving.version_record import VersionOrigin
from serving.version_store import JudgedAgainst, VersionStore


class Executor(BaseExecutor):
    """Puts the run's model into service if the evaluation blessed it."""

    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Promotes; see `PromoterSpec` for the properties."""
        verdict = read_verdict(get_single_uri(input_dict["evaluation"]))
        origin = VersionOrigin(
            promoted_by="pipeline",
            run=self._run(),
            model=serving_model_path(get_single_uri(input_dict["model"])),
            reason=verdict.reason,
            metrics=verdict.overall() if verdict.metrics else {},
        )
        outcome = promote_if_blessed(
            VersionStore(exec_properties["serving_directory"], exec_properties["model_name"]),
            origin,
            is_blessed=_is_blessed(get_single_instance(input_dict["model_blessing"])),
            judged_against=JudgedAgainst(verdict.baseline.version),
            keep_versions=exec_properties["keep_versions"],
        )
        write_promotion(outcome, get_single_uri(output_dict["promotion"]))

    def _run(self) -> str:
        # TFX's Kubeflow entrypoint gives its executors no run id; ours puts the run's name into the unique id, which
        # has no public accessor.
        return str(self._context.pipeline_run_id or self._context._unique_id) if self._context else ""


def _is_blessed(blessing: Artifact) -> bool:
    """As tfx.components.util.model_utils.is_model_blessed, whose import takes seconds."""
    return bool(blessing.get_int_custom_property("blessed") == 1)
