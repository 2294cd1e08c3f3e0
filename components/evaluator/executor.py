"""The work of Evaluator."""

import pathlib
from collections.abc import Mapping
from typing import Any

import apache_beam as beam
from apache_beam.io.tfrecordio import ReadAllFromTFRecord
from tensorflow_model_analysis.constants import ARROW_INPUT_COLUMN
from tfx.dsl.components.base.base_beam_executor import BaseBeamExecutor
from tfx.types import Artifact
from tfx.types.artifact_utils import decode_split_names, get_single_instance, get_single_uri, get_split_uris
from tfx.utils.io_utils import all_files_pattern
from tfx.utils.path_utils import serving_model_path

from components.current_model.record import read_current_model
from components.evaluator.config import EvaluationConfig, fault_of_thresholds
from components.evaluator.eval_config import BASELINE, CANDIDATE, build_eval_config
from components.evaluator.evaluate_models import EvaluateModels
from components.evaluator.find_baseline import find_baseline
from components.evaluator.judge import judge
from components.evaluator.read_metrics import read_metrics
from components.evaluator.require_columns import require_columns
from components.evaluator.slice_columns import SliceColumns
from components.evaluator.verdict import write_verdict
from components.evaluator.write_blessing import write_blessing
from models.encoder_settings import EncoderSettings
from models.tasks.interface.chosen_task import ChosenTask
from models.tasks.interface.task import Task
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
        fault = fault_of_thresholds(config, task)
        if fault:
            raise UserError(f"evaluation.thresholds: {fault}.")
        model = get_single_instance(input_dict["model"])
        candidate = pathlib.Path(serving_model_path(model.uri))
        current = read_current_model(get_single_uri(input_dict["current_model"]))
        evaluation_uri = get_single_uri(output_dict["evaluation"])
        patterns = _file_patterns(input_dict["examples"], config.split)
        require_columns(patterns, config.split, config.slice_columns())
        kept = (task.evaluation().label_key, ARROW_INPUT_COLUMN)
        encoder = EncoderSettings.from_json(exec_properties["encoder"])
        columns = SliceColumns(config.slices, task.text_columns(), kept, encoder)
        with local_copy(current.uri or "") as in_service:
            baseline = find_baseline(candidate, current, in_service, task.evaluation())
            models = {CANDIDATE: str(candidate)}
            if baseline.is_comparable:
                models[BASELINE] = str(in_service)
            self._evaluate(models, patterns, evaluation_uri, task, config, columns)
        metrics = read_metrics(evaluation_uri, task.evaluation().metrics, baseline.is_comparable, config.confidence)
        verdict = judge(config.thresholds, task.evaluation().metrics, metrics, baseline)
        write_verdict(verdict, evaluation_uri)
        write_blessing(get_single_instance(output_dict["blessing"]), verdict.blessed, model, baseline.uri)

    def _evaluate(
        self,
        models: Mapping[str, str],
        patterns: tuple[str, ...],
        output_path: str,
        task: Task,
        config: EvaluationConfig,
        columns: SliceColumns,
    ) -> None:
        with self._make_beam_pipeline() as pipeline:
            serialized = pipeline | "Files" >> beam.Create(patterns) | "Read" >> ReadAllFromTFRecord()
            serialized | "EvaluateModels" >> EvaluateModels(
                models=models,
                task=task,
                eval_config=build_eval_config(task.evaluation(), config, models),
                columns=columns,
                output_path=output_path,
            )


def _file_patterns(examples: list[Artifact], split: str) -> tuple[str, ...]:
    splits = decode_split_names(get_single_instance(examples).split_names)
    if split not in splits:
        raise UserError(f"evaluation.split: the examples have no split {split!r}; they have {', '.join(splits)}.")
    return tuple(all_files_pattern(uri) for uri in get_split_uris(examples, split))
