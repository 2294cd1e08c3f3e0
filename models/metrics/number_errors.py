"""How far predicted numbers are from the true ones."""

import numpy as np
from tensorflow_model_analysis.metrics import metric_types

from models.metrics.number_pairs import derived_from_number_pairs


def mean_squared_error(labels: np.ndarray, predictions: np.ndarray) -> float:
    """The mean of (true - predicted)^2; NaN where there is no pair."""
    return float(np.mean((labels - predictions) ** 2)) if labels.size else np.nan


def mean_absolute_error(labels: np.ndarray, predictions: np.ndarray) -> float:
    """The mean of |true - predicted|; NaN where there is no pair."""
    return float(np.mean(np.abs(labels - predictions))) if labels.size else np.nan


class SquaredErrorOfPairs(metric_types.Metric):
    """`mean_squared_error` as a TFMA metric."""

    def __init__(self, name: str = "mse") -> None:
        super().__init__(derived_from_number_pairs(mean_squared_error), name=name)


class AbsoluteErrorOfPairs(metric_types.Metric):
    """`mean_absolute_error` as a TFMA metric."""

    def __init__(self, name: str = "mae") -> None:
        super().__init__(derived_from_number_pairs(mean_absolute_error), name=name)


for _metric in (SquaredErrorOfPairs, AbsoluteErrorOfPairs):
    metric_types.register_metric(_metric)
