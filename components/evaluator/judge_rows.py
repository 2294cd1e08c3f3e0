"""What TFMA calls when it has the answers: judges each row by the task's rules, beside TFMA's own metrics."""

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import apache_beam as beam
import numpy as np
import tensorflow as tf
from tensorflow_model_analysis import constants
from tensorflow_model_analysis.api.types import Extracts
from tensorflow_model_analysis.evaluators.evaluator import Evaluator
from tensorflow_model_analysis.extractors.extractor import LAST_EXTRACTOR_STAGE_NAME
from tensorflow_model_analysis.metrics.metric_types import StandardMetricInputs
from tensorflow_model_analysis.writers.writer import Write, Writer
from typing_extensions import override

from components.evaluator.row_summary import write_row_summary
from components.evaluator.row_tally import RowTally
from models.tasks.interface.judged_row import AnsweredRow
from models.tasks.interface.task import Task

_KEY = "judged_rows"


def row_evaluator(task: Task, model_name: str, keeps_texts: bool) -> Evaluator:
    """An evaluator that TFMA runs beside its own, in the same pass over the rows.

    Args:
        task: Judges.
        model_name: Whose answers; empty where there is one model only.
        keeps_texts: Whether the most wrong rows are written down, which quote texts.
    """
    return Evaluator("JudgeRows", LAST_EXTRACTOR_STAGE_NAME, _JudgeRows(task, model_name, keeps_texts))


def row_writer(output_path: str) -> Writer:
    """The writer of what the evaluator gives.

    Args:
        output_path: The folder of TFMA's results.
    """
    return Writer("WriteRows", Write(_KEY, _WriteRows(output_path)))


# Not frozen: Beam sets the label of a transform when it is applied.
@dataclasses.dataclass(eq=False)
class _JudgeRows(beam.PTransform):
    task: Task
    model_name: str
    keeps_texts: bool

    # Beam warns of any hint that is no PCollection's: this is TFMA's, a mapping of such.
    def expand(self, extracts: beam.PCollection) -> Any:
        return {_KEY: extracts | "CombineRows" >> beam.CombineGlobally(_CombineRows(self))}


@dataclasses.dataclass(eq=False)
class _WriteRows(beam.PTransform):
    output_path: str

    def expand(self, tally: beam.PCollection) -> beam.PCollection:
        return tally | "WriteFile" >> beam.Map(_write, self.output_path)


def _write(tally: RowTally, output_path: str) -> None:
    write_row_summary(tally.summary(), output_path)


class _CombineRows(beam.CombineFn):
    def __init__(self, judge: _JudgeRows) -> None:
        super().__init__()
        self._task, self._model_name, self._keeps_texts = judge.task, judge.model_name, judge.keeps_texts
        self._columns = judge.task.text_columns()

    @override
    def create_accumulator(self) -> RowTally:
        return RowTally()

    @override
    def add_input(self, tally: RowTally, element: Extracts) -> RowTally:
        row = StandardMetricInputs(element)
        serialized = np.ravel(element[constants.INPUT_KEY])[0]
        texts = self._texts(serialized)
        truth = row.get_labels(self._model_name)
        answers = row.get_predictions(self._model_name)
        judged = self._task.judged_row(
            # No row of a batch may have a label.
            AnsweredRow(texts, [] if truth is None else np.ravel(truth).tolist(), self._named(answers))
        )
        if judged:
            kept = texts if self._keeps_texts else None
            tally.add_row(judged, kept, hashlib.blake2b(serialized, digest_size=16).hexdigest())
        return tally

    @override
    def merge_accumulators(self, accumulators: Iterable[RowTally]) -> RowTally:
        merged = RowTally()
        for tally in accumulators:
            merged.merge(tally)
        return merged

    @override
    def extract_output(self, tally: RowTally) -> RowTally:
        return tally

    def _texts(self, serialized: bytes) -> dict[str, str]:
        features = tf.train.Example.FromString(serialized).features.feature
        values = {name: features[name].bytes_list.value for name in self._columns}
        return {name: value[0].decode(errors="replace") if value else "" for name, value in values.items()}

    def _named(self, answers: Mapping[str, np.ndarray] | np.ndarray) -> Mapping[str, np.ndarray]:
        # TFMA drops the name of an answer that is the only one.
        return answers if isinstance(answers, Mapping) else {self._task.evaluation().prediction_key: answers}
