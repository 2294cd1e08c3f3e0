"""Mean average precision: how well scores rank, for each label, the rows that have it above the others."""

import array
import dataclasses
from collections.abc import Iterable
from typing import Any

import apache_beam as beam
import numpy as np
from tensorflow_model_analysis.metrics import metric_types, metric_util
from typing_extensions import override

from models.metrics.answers_of_row import answers_of_row, label_set


def average_precision(truth: np.ndarray, scores: np.ndarray) -> float:
    """The sum over distinct scores, from the highest, of the precision down to it times what it adds to recall.

    Args:
        truth: bool [n], true somewhere.
        scores: float [n]; rows of equal scores come at once.
    """
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(truth[order])
    last_of_score = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    hits, num_rows = hits[last_of_score], last_of_score + 1
    return float(np.sum(hits / num_rows * np.diff(hits, prepend=0)) / hits[-1])


def mean_average_precision(truth: np.ndarray, scores: np.ndarray) -> float:
    """The mean of `average_precision` over the labels that some row has; NaN where none has any.

    Args:
        truth: bool [rows, labels].
        scores: float [rows, labels].
    """
    known = np.flatnonzero(truth.any(axis=0))
    return (
        float(np.mean([average_precision(truth[:, label], scores[:, label]) for label in known]))
        if known.size
        else np.nan
    )


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


class MeanAveragePrecision(metric_types.Metric):
    """`mean_average_precision` as a TFMA metric of the answers `classes` and `scores`."""

    def __init__(self, name: str = "mean_average_precision") -> None:
        super().__init__(metric_util.merge_per_key_computations(_computations), name=name)


metric_types.register_metric(MeanAveragePrecision)


def _computations(name: str, model_name: str = "", output_name: str = "") -> metric_types.MetricComputations:
    key = metric_types.MetricKey(name=name, model_name=model_name, output_name=output_name)
    return [metric_types.MetricComputation(keys=[key], preprocessors=None, combiner=_RankScores(key))]


class _RankScores(beam.CombineFn):
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
        truth, scores = (
            np.array(values).reshape(-1, accumulator.num_labels) for values in (accumulator.truth, accumulator.scores)
        )
        return {self._key: mean_average_precision(truth > 0, scores)}
