"""Metrics over the rows of a batch, without those that fill it up."""

from typing import Any

import keras
from typing_extensions import override


class RowMetric(keras.metrics.Metric):
    """Another metric, over the rows that weigh anything: each of them counts once, whatever its weight in the loss."""

    def __init__(self, metric: keras.metrics.Metric) -> None:
        """Sets the metric, whose name this one has."""
        super().__init__(name=metric.name)
        self._metric = metric

    @override
    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        is_row = None if sample_weight is None else keras.ops.cast(sample_weight > 0, "float32")
        self._metric.update_state(y_true, y_pred, sample_weight=is_row)

    @override
    def result(self) -> Any:
        return self._metric.result()

    @override
    def reset_state(self) -> None:
        self._metric.reset_state()
