"""Matthews' correlation coefficient of any number of classes."""

import math

import numpy as np
from tensorflow_model_analysis.metrics import metric_types

from models.metrics.confusion_matrix import derived_from_confusion_matrix


def matthews_correlation(confusion: np.ndarray) -> float:
    """Gorodkin's R_K (Computational Biology and Chemistry 28, 2004): 1 where all is right, 0 for a guess.

    Args:
        confusion: float64 [classes, classes], the numbers of rows by true and predicted class.

    Returns:
        The coefficient; 0 where only one class is ever true or predicted, as scikit-learn has it.
    """
    num_rows, num_right = confusion.sum(), np.trace(confusion)
    actual, predicted = confusion.sum(axis=1), confusion.sum(axis=0)
    spread = (num_rows**2 - predicted @ predicted) * (num_rows**2 - actual @ actual)
    return float((num_right * num_rows - actual @ predicted) / math.sqrt(spread)) if spread > 0 else 0.0


class MatthewsCorrelation(metric_types.Metric):
    """`matthews_correlation` as a TFMA metric."""

    def __init__(self, name: str = "mcc") -> None:
        super().__init__(derived_from_confusion_matrix(matthews_correlation), name=name)


metric_types.register_metric(MatthewsCorrelation)
