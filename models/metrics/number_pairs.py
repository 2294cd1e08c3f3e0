"""All pairs of a true and a predicted number, from which TFMA metrics of ours are derived."""

import array
import dataclasses
import math
from collections.abc import Callable, Iterable
from typing import Any

import apache_beam as beam
import numpy as np
from tensorflow_model_analysis.metrics import metric_types, metric_util
from tensorflow_model_analysis.proto import config_pb2
from typing_extensions import override

from models.metrics.numbers_of_row import numbers_of_row


@dataclasses.dataclass
class NumberPairs:
    """Pairs of numbers, 16 bytes each: ten million rows take 160 MB.

    Attributes:
        labels: The true numbers.
        predictions: The predicted ones, as many.
    """

    labels: "array.array[float]" = dataclasses.field(default_factory=lambda: array.array("d"))
    predictions: "array.array[float]" = dataclasses.field(default_factory=lambda: array.array("d"))


def derived_from_number_pairs(
    metric: Callable[[np.ndarray, np.ndarray], float],
) -> Callable[..., metric_types.MetricComputations]:
    """Makes what `tfma.metrics.Metric` wants of a function of all true and predicted numbers.

    Args:
        metric: Takes the true numbers, float64 [n], and the predicted ones; rows without a true number are left out.
    """

    def create_computations(
        name: str, eval_config: config_pb2.EvalConfig | None = None, model_name: str = "", output_name: str = ""
    ) -> metric_types.MetricComputations:
        # One name for all such metrics: TFMA then collects once.
        pairs = metric_types.MetricKey(name="_number_pairs", model_name=model_name, output_name=output_name)
        key = metric_types.MetricKey(name=name, model_name=model_name, output_name=output_name)

        def result(values: dict[metric_types.MetricKey, Any]) -> dict[metric_types.MetricKey, float]:
            found = values[pairs]
            return {key: metric(np.array(found.labels), np.array(found.predictions))}

        return [
            metric_types.MetricComputation(
                keys=[pairs], preprocessors=None, combiner=_CollectNumberPairs(pairs, eval_config)
            ),
            metric_types.DerivedMetricComputation(keys=[key], result=result),
        ]

    return metric_util.merge_per_key_computations(create_computations)


class _CollectNumberPairs(beam.CombineFn):
    """Keeps every pair: ranks are known only at the end."""

    def __init__(self, key: metric_types.MetricKey, eval_config: config_pb2.EvalConfig | None) -> None:
        self._key, self._eval_config = key, eval_config

    @override
    def create_accumulator(self) -> NumberPairs:
        return NumberPairs()

    @override
    def add_input(self, accumulator: NumberPairs, element: metric_types.StandardMetricInputs) -> NumberPairs:
        label, prediction = numbers_of_row(element, self._key, self._eval_config)
        if not math.isnan(label):
            accumulator.labels.append(label)
            accumulator.predictions.append(prediction)
        return accumulator

    @override
    def merge_accumulators(self, accumulators: Iterable[NumberPairs]) -> NumberPairs:
        merged = NumberPairs()
        for accumulator in accumulators:
            merged.labels.extend(accumulator.labels)
            merged.predictions.extend(accumulator.predictions)
        return merged

    @override
    def extract_output(self, accumulator: NumberPairs) -> dict[metric_types.MetricKey, NumberPairs]:
        return {self._key: accumulator}
