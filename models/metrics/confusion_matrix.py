"""The confusion matrix of a classifier, from which TFMA metrics of ours are derived."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import apache_beam as beam
import numpy as np
from tensorflow_model_analysis.metrics import metric_types, metric_util
from typing_extensions import override

from models.metrics.answers_of_row import answers_of_row, label_set

_Counts = Counter[tuple[bytes, bytes]]
"""Rows by true and predicted class."""


def derived_from_confusion_matrix(
    metric: Callable[[np.ndarray], float],
) -> Callable[..., metric_types.MetricComputations]:
    """Makes what `tfma.metrics.Metric` wants of a function of the confusion matrix.

    Args:
        metric: Takes float64 [classes, classes], the numbers of rows by true and predicted class. A class is there if
            a row has it or is given it, whether the model knows it or not.
    """

    def create_computations(name: str, model_name: str = "", output_name: str = "") -> metric_types.MetricComputations:
        # One name for all such metrics: TFMA then counts once.
        counted = metric_types.MetricKey(name="_confusion_matrix", model_name=model_name, output_name=output_name)
        key = metric_types.MetricKey(name=name, model_name=model_name, output_name=output_name)

        def result(values: dict[metric_types.MetricKey, Any]) -> dict[metric_types.MetricKey, float]:
            return {key: metric(_as_array(values[counted]))}

        return [
            metric_types.MetricComputation(keys=[counted], preprocessors=None, combiner=_CountRows(counted)),
            metric_types.DerivedMetricComputation(keys=[key], result=result),
        ]

    return metric_util.merge_per_key_computations(create_computations)


class _CountRows(beam.CombineFn):
    """Counts by the names of classes: in TFMA's own matrix a label that the model does not know is its first class."""

    def __init__(self, key: metric_types.MetricKey) -> None:
        self._key = key

    @override
    def create_accumulator(self) -> _Counts:
        return Counter()

    @override
    def add_input(self, accumulator: _Counts, element: metric_types.StandardMetricInputs) -> _Counts:
        labels, answers = answers_of_row(element, self._key)
        (true,) = label_set(labels)
        predicted = np.ravel(answers["classes"])[np.argmax(answers["scores"])]
        accumulator[true, bytes(predicted)] += 1
        return accumulator

    @override
    def merge_accumulators(self, accumulators: Iterable[_Counts]) -> _Counts:
        merged: _Counts = Counter()
        for accumulator in accumulators:
            merged.update(accumulator)
        return merged

    @override
    def extract_output(self, accumulator: _Counts) -> dict[metric_types.MetricKey, _Counts]:
        return {self._key: accumulator}


def _as_array(counts: _Counts) -> np.ndarray:
    classes = sorted({name for pair in counts for name in pair})
    index = {name: position for position, name in enumerate(classes)}
    array = np.zeros((len(classes), len(classes)))
    for (actual, predicted), count in counts.items():
        array[index[actual], index[predicted]] = count
    return array
