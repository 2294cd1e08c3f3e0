"""Accuracy: the share of rows whose class is right."""

import numpy as np
from tensorflow_model_analysis.metrics import metric_types

from models.metrics.confusion_matrix import derived_from_confusion_matrix


def accuracy(confusion: np.ndarray) -> float:
    """The share of rows on the diagonal.

    Args:
        confusion: float64 [classes, classes], the numbers of rows by true and predicted class.
    """
    return float(np.trace(confusion) / confusion.sum())


class Accuracy(metric_types.Metric):
    """`accuracy` as a TFMA metric."""

    def __init__(self, name: str = "accuracy") -> None:
        super().__init__(derived_from_confusion_matrix(accuracy), name=name)


# Not registered: TFMA prefers a registered name to a module's, and Keras has an Accuracy of its own.
