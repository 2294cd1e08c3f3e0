"""The work of Promoter."""

import os
import pathlib
from typing import Any

from tfx.dsl.components.base.base_executor import BaseExecutor
from tfx.types import Artifact
from tfx.types.artifact_utils import get_single_instance, get_single_uri
from tfx.utils.path_utils import serving_model_path

from components.evaluator.verdict import Verdict, read_verdict
from components.promoter.model_card_writer import ModelCardWriter
from components.promoter.outcome import write_promotion
from components.promoter.promote_if_blessed import promote_if_blessed
from components.report.config import ModelCardConfig
from components.run_name import run_name
from components.serving_validator.validation import Validation, read_validation
from components.stored_at import stored_at
from components.text_example_gen.ingest_summary import read_summary
from components.text_example_gen.output_folders import OutputFolders
from serving.config import ServingConfig
from serving.model_fingerprint import BATCHING_FILE
from serving.open_versions import open_versions
from serving.production_config import Measured, batching_parameters_text
from serving.promotion import JudgedAgainst
from serving.version_record import VersionOrigin


class Executor(BaseExecutor):
    """Puts the run's model into service if the evaluation blessed it."""

    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Promotes; see `PromoterSpec` for the properties."""
        validation = read_validation(get_single_uri(input_dict["validation"]))
        verdict = read_verdict(get_single_uri(input_dict["evaluation"]))
        model = get_single_instance(input_dict["model"])
        candidate = pathlib.Path(serving_model_path(model.uri))
        origin = VersionOrigin(
            promoted_by="pipeline",
            run=run_name(self._context),
            model=stored_at(model) + str(candidate).removeprefix(model.uri),
            reason=verdict.reason,
            metrics=verdict.overall() if verdict.metrics else {},
        )
        serving = ServingConfig.model_validate_json(exec_properties["serving"])
        versions = open_versions(serving, exec_properties["model_name"])
        outcome = promote_if_blessed(
            versions,
            candidate,
            origin,
            refusal=_refusal(input_dict, verdict, validation),
            judged_against=JudgedAgainst(verdict.baseline.version),
            keep_versions=serving.keep_versions,
        )
        if outcome.version is not None:
            words = ModelCardConfig.model_validate_json(exec_properties["model_card"])
            card = ModelCardWriter(
                exec_properties["model_name"], verdict, exec_properties["evaluated_on"], _examples(input_dict), words
            )
            card.write(versions, outcome.version, candidate)
            if validation.batch_ms:
                measured = Measured(validation.batch_ms, serving.latency_p99_ms, len(os.sched_getaffinity(0)))
                versions.attach(outcome.version, BATCHING_FILE, batching_parameters_text(measured).encode())
        write_promotion(outcome, get_single_uri(output_dict["promotion"]))


def _examples(input_dict: dict[str, list[Artifact]]) -> dict[str, int]:
    """How many examples each split has, of those that have any."""
    folders = OutputFolders("", get_single_uri(input_dict["rejects"]), "")
    return {split: count for split, count in read_summary(folders.summary_file).examples.items() if count}


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
