"""All scores of all rows, from which TFMA metrics of ours are derived."""

import array
import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

import apache_beam as beam
import numpy as np
from tensorflow_model_analysis.metrics import metric_types, metric_util
from typing_extensions import override

from models.metrics.answers_of_row import answers_of_row, label_set


@dataclasses.dataclass
class ScoredRows:
    """All scores of all rows, 5 bytes for each label of a row: a million rows of 28 labels take 140 MB.

    Attributes:
        num_labels: Labels of a row.
        truth: Whether a row has a label, row by row.
        scores: Its scores, as many.
    """

    num_labels: int = 1
    truth: "array.array[int]" = dataclasses.field(default_factory=lambda: array.array("b"))
    scores: "array.array[float]" = dataclasses.field(default_factory=lambda: array.array("f"))

    def extend(self, other: "ScoredRows") -> None:
        """Adds the rows of another."""
        if other.scores:
            self.num_labels = other.num_labels
            self.truth.extend(other.truth)
            self.scores.extend(other.scores)


def derived_from_scored_rows(
    metric: Callable[[np.ndarray, np.ndarray], float],
) -> Callable[..., metric_types.MetricComputations]:
    """Makes what `tfma.metrics.Metric` wants of a function of all scores.

    Args:
        metric: Takes which labels are true, bool [rows, labels], and their scores, float32 [rows, labels]. There is at
            least one row; one whose label the model does not know has no true label.
    """

    def create_computations(name: str, model_name: str = "", output_name: str = "") -> metric_types.MetricComputations:
        # One name for all such metrics: TFMA then collects once.
        rows = metric_types.MetricKey(name="_scored_rows", model_name=model_name, output_name=output_name)
        key = metric_types.MetricKey(name=name, model_name=model_name, output_name=output_name)

        def result(values: dict[metric_types.MetricKey, Any]) -> dict[metric_types.MetricKey, float]:
            found = values[rows]
            shape = (-1, found.num_labels)
            return {key: metric(np.array(found.truth).reshape(shape) > 0, np.array(found.scores).reshape(shape))}

        return [
            metric_types.MetricComputation(keys=[rows], preprocessors=None, combiner=_CollectScores(rows)),
            metric_types.DerivedMetricComputation(keys=[key], result=result),
        ]

    return metric_util.merge_per_key_computations(create_computations)


class _CollectScores(beam.CombineFn):
    """Keeps every score: ranks are known only at the end."""

    def __init__(self, key: metric_types.MetricKey) -> None:
        self._key = key

    @override
    def create_accumulator(self) -> ScoredRows:
        return ScoredRows()

    @override
    def add_input(self, accumulator: ScoredRows, element: metric_types.StandardMetricInputs) -> ScoredRows:
        labels, answers = answers_of_row(element, self._key)
        true, classes = label_set(labels), np.ravel(answers["classes"]).tolist()
        accumulator.num_labels = len(classes)
        accumulator.truth.extend(name in true for name in classes)
        accumulator.scores.extend(np.ravel(answers["scores"]).tolist())
        return accumulator

    @override
    def merge_accumulators(self, accumulators: Iterable[ScoredRows]) -> ScoredRows:
        merged = ScoredRows()
        for accumulator in accumulators:
            merged.extend(accumulator)
        return merged

    @override
    def extract_output(self, accumulator: ScoredRows) -> dict[metric_types.MetricKey, Any]:
        return {self._key: accumulator}
