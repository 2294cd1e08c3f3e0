"""The ratio of two sums that a model answers row by row, such as the mean loss of all guesses."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import apache_beam as beam
import numpy as np
from tensorflow_model_analysis.metrics import metric_types, metric_util
from typing_extensions import override

Sums = tuple[float, float]


class SumRatio(metric_types.Metric):
    """The sum of one answer over the sum of another; where the latter is 0, not a number."""

    def __init__(self, numerator: str, denominator: str, exponential: bool = False, name: str = "sum_ratio") -> None:
        """Says what to add up.

        Args:
            numerator: An answer of the model, a number for each row.
            denominator: Another.
            exponential: Whether e to the power of the ratio is asked for, such as the perplexity of a mean loss.
            name: The metric's.
        """
        super().__init__(
            metric_util.merge_per_key_computations(_computations),
            name=name,
            numerator=numerator,
            denominator=denominator,
            exponential=exponential,
        )


metric_types.register_metric(SumRatio)


def _computations(
    numerator: str,
    denominator: str,
    exponential: bool,
    name: str,
    model_name: str = "",
    output_name: str = "",
) -> metric_types.MetricComputations:
    key = metric_types.MetricKey(name, model_name=model_name, output_name=output_name)
    combiner = _Ratio(key, (numerator, denominator), exponential)
    return [metric_types.MetricComputation(keys=[key], preprocessors=None, combiner=combiner)]


class _Ratio(beam.CombineFn):
    """Adds up two answers; in float64, so that millions of rows lose no digits."""

    def __init__(self, key: metric_types.MetricKey, answers: tuple[str, str], exponential: bool) -> None:
        self._key, self._answers, self._exponential = key, answers, exponential

    @override
    def create_accumulator(self) -> Sums:
        return 0.0, 0.0

    @override
    def add_input(self, accumulator: Sums, element: metric_types.StandardMetricInputs) -> Sums:
        predictions: Mapping[str, Any] = element.get_predictions(self._key.model_name, self._key.output_name)
        top, bottom = (float(np.sum(predictions[answer], dtype=np.float64)) for answer in self._answers)
        return accumulator[0] + top, accumulator[1] + bottom

    @override
    def merge_accumulators(self, accumulators: Iterable[Sums]) -> Sums:
        both = list(accumulators)
        return math.fsum(top for top, _ in both), math.fsum(bottom for _, bottom in both)

    @override
    def extract_output(self, accumulator: Sums) -> dict[metric_types.MetricKey, float]:
        top, bottom = accumulator
        ratio = top / bottom if bottom else math.nan
        return {self._key: float(np.exp(ratio)) if self._exponential else ratio}
