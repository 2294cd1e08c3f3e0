"""TFMA's measurement of models on examples, whoever asks for it."""

import dataclasses
from collections.abc import Mapping

import apache_beam as beam
from apache_beam.io.tfrecordio import ReadAllFromTFRecord
from tensorflow_model_analysis.constants import ARROW_INPUT_COLUMN

from components.evaluator.config import EvaluationConfig
from components.evaluator.eval_config import BASELINE, build_eval_config
from components.evaluator.evaluate_models import EvaluateModels
from components.evaluator.read_metrics import read_metrics
from components.evaluator.require_columns import require_columns
from components.evaluator.slice_columns import SliceColumns
from components.evaluator.verdict import SliceMetrics
from models.encoder_settings import EncoderSettings
from models.tasks.interface.task import Task


@dataclasses.dataclass(frozen=True)
class Measurement:
    """How models are measured.

    Attributes:
        task: What they were trained for.
        config: Slices, intervals, and the split.
        encoder: How the candidate reads texts, for slices by that.
        patterns: The files of serialized examples.
        keeps_texts: Whether the most wrong rows are written down, which quote texts.
    """

    task: Task
    config: EvaluationConfig
    encoder: EncoderSettings
    patterns: tuple[str, ...]
    keeps_texts: bool = True

    def of(self, models: Mapping[str, str], output_path: str, pipeline: beam.Pipeline) -> tuple[SliceMetrics, ...]:
        """Measures models.

        Args:
            models: Folders of SavedModels: `CANDIDATE`, and `BASELINE` where there is one.
            output_path: Where TFMA's result files go, and the rows that the task judges.
            pipeline: An empty pipeline; it is run.

        Raises:
            UserError: The examples lack a column to slice by.
        """
        require_columns(self.patterns, self.config.split, self.config.slice_columns())
        evaluation = self.task.evaluation()
        kept = (evaluation.label_key, ARROW_INPUT_COLUMN)
        with pipeline:
            serialized = pipeline | "Files" >> beam.Create(self.patterns) | "Read" >> ReadAllFromTFRecord()
            serialized | "EvaluateModels" >> EvaluateModels(
                models=models,
                task=self.task,
                eval_config=build_eval_config(evaluation, self.config, models),
                columns=SliceColumns(self.config.slices, self.task.text_columns(), kept, self.encoder),
                output_path=output_path,
                keeps_texts=self.keeps_texts,
            )
        return read_metrics(output_path, evaluation.metrics, BASELINE in models, self.config.confidence)
