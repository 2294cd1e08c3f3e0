"""The work of Promoter."""

import pathlib
from typing import Any

from tfx.dsl.components.base.base_executor import BaseExecutor
from tfx.types import Artifact
from tfx.types.artifact_utils import get_single_instance, get_single_uri
from tfx.utils.path_utils import serving_model_path

from components.evaluator.verdict import Verdict, read_verdict
from components.promoter.outcome import write_promotion
from components.promoter.promote_if_blessed import promote_if_blessed
from components.promoter.write_model_card import write_model_card
from components.report.config import ModelCardConfig
from components.run_name import run_name
from components.serving_validator.validation import Validation, read_validation
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
            run=run_name(self._context),
            model=serving_model_path(get_single_uri(input_dict["model"])),
            reason=verdict.reason,
            metrics=verdict.overall() if verdict.metrics else {},
        )
        outcome = promote_if_blessed(
            VersionStore(exec_properties["serving_directory"], exec_properties["model_name"]),
            origin,
            refusal=_refusal(input_dict, verdict, read_validation(get_single_uri(input_dict["validation"]))),
            judged_against=JudgedAgainst(verdict.baseline.version),
            keep_versions=exec_properties["keep_versions"],
        )
        if outcome.path:
            words = ModelCardConfig.model_validate_json(exec_properties["model_card"])
            version = pathlib.Path(outcome.path)
            write_model_card(version, exec_properties["model_name"], verdict, exec_properties["evaluated_on"], words)
        write_promotion(outcome, get_single_uri(output_dict["promotion"]))


def _refusal(input_dict: dict[str, list[Artifact]], verdict: Verdict, validation: Validation) -> str:
    """Why the model may not go into service; empty where it may."""
    if not _is_blessed(get_single_instance(input_dict["model_blessing"])):
        return f"not blessed: {verdict.reason}"
    if not _is_blessed(get_single_instance(input_dict["infra_blessing"])):
        return f"not fit to be served: {validation.reason}"
    return ""


def _is_blessed(blessing: Artifact) -> bool:
    """As tfx.components.util.model_utils.is_model_blessed, whose import takes seconds."""
    return bool(blessing.get_int_custom_property("blessed") == 1)
