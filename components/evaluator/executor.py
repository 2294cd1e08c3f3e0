"""The work of Evaluator."""

import pathlib
from typing import Any

from tfx.dsl.components.base.base_beam_executor import BaseBeamExecutor
from tfx.types import Artifact
from tfx.types.artifact_utils import decode_split_names, get_single_instance, get_single_uri, get_split_uris
from tfx.utils.io_utils import all_files_pattern
from tfx.utils.path_utils import serving_model_path

from components.current_model.record import read_current_model
from components.evaluator.config import EvaluationConfig, fault_of_thresholds
from components.evaluator.eval_config import BASELINE, CANDIDATE
from components.evaluator.find_baseline import find_baseline
from components.evaluator.judge import judge
from components.evaluator.measurement import Measurement
from components.evaluator.verdict import write_verdict
from components.evaluator.write_blessing import write_blessing
from components.run_parameters import with_run_parameters
from models.encoder_settings import EncoderSettings
from models.tasks.interface.chosen_task import ChosenTask
from models.user_error import UserError
from serving.named_versions.local_copy import local_copy


class Executor(BaseBeamExecutor):
    """Evaluates the candidate, beside the model in service where that can be compared, and writes the verdict."""

    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Judges the model; see `EvaluatorSpec` for the properties.

        Raises:
            UserError: The examples lack the split or a column to slice by, or thresholds do not fit the task.
        """
        task = ChosenTask.from_json(exec_properties["task"]).build()
        config = EvaluationConfig.model_validate_json(exec_properties["evaluation_config"])
        config = with_run_parameters("evaluation", config, exec_properties)
        fault = fault_of_thresholds(config, task)
        if fault:
            raise UserError(f"evaluation.thresholds: {fault}.")
        model = get_single_instance(input_dict["model"])
        candidate = pathlib.Path(serving_model_path(model.uri))
        current = read_current_model(get_single_uri(input_dict["current_model"]))
        evaluation_uri = get_single_uri(output_dict["evaluation"])
        patterns = _file_patterns(input_dict["examples"], config.split)
        encoder = EncoderSettings.from_json(exec_properties["encoder"])
        measurement = Measurement(task, config, encoder, patterns, bool(exec_properties.get("keeps_texts", 1)))
        with local_copy(current.uri or "") as in_service:
            baseline = find_baseline(candidate, current, in_service, task.evaluation())
            models = {CANDIDATE: str(candidate)}
            if baseline.is_comparable:
                models[BASELINE] = str(in_service)
            metrics = measurement.of(models, evaluation_uri, self._make_beam_pipeline())
        verdict = judge(config.thresholds, task.evaluation().metrics, metrics, baseline)
        write_verdict(verdict, evaluation_uri)
        write_blessing(get_single_instance(output_dict["blessing"]), verdict.blessed, model, baseline.uri)


def _file_patterns(examples: list[Artifact], split: str) -> tuple[str, ...]:
    splits = decode_split_names(get_single_instance(examples).split_names)
    if split not in splits:
        raise UserError(f"evaluation.split: the examples have no split {split!r}; they have {', '.join(splits)}.")
    return tuple(all_files_pattern(uri) for uri in get_split_uris(examples, split))
