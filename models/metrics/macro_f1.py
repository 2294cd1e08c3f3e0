"""Macro F1: every class weighs the same, however rare."""

import numpy as np
from tensorflow_model_analysis.metrics import metric_types

from models.metrics.confusion_matrix import derived_from_confusion_matrix


def macro_f1(confusion: np.ndarray) -> float:
    """The mean over classes of F1 = 2 TP / (2 TP + FP + FN).

    Args:
        confusion: float64 [classes, classes], the numbers of rows by true and predicted class. Classes that occur as
            neither are left out by the caller, as scikit-learn's `f1_score(average="macro")` leaves them out.
    """
    in_common = confusion.sum(axis=0) + confusion.sum(axis=1)
    return float(np.mean(2 * np.diagonal(confusion) / in_common))


class MacroF1(metric_types.Metric):
    """`macro_f1` as a TFMA metric."""

    def __init__(self, name: str = "macro_f1") -> None:
        super().__init__(derived_from_confusion_matrix(macro_f1), name=name)


metric_types.register_metric(MacroF1)
