"""Metrics of a classifier's scores: how well they rank, how honest they are, and what they cost."""

import numpy as np
from tensorflow_model_analysis.metrics import metric_types

from models.metrics.scored_rows import derived_from_scored_rows

_NUM_BINS = 15
# The least score that float32 keeps apart from 0 in a softmax, as in Keras' cross-entropy.
_EPSILON = 1e-7


def roc_auc(truth: np.ndarray, scores: np.ndarray) -> float:
    """The chance that a row of a class has a higher score for it than a row of another class: the mean over classes.

    Args:
        truth: bool [rows, classes].
        scores: float [rows, classes].

    Returns:
        From 0 to 1; equal scores count half. Classes that no row has, or all, are left out; NaN where none is left.
    """
    areas = [_area(truth[:, label], scores[:, label]) for label in range(truth.shape[1])]
    known = [area for area in areas if not np.isnan(area)]
    return float(np.mean(known)) if known else np.nan


def expected_calibration_error(truth: np.ndarray, scores: np.ndarray) -> float:
    """The mean distance between confidence and accuracy over 15 bins of equal width (Guo et al. 2017).

    Args:
        truth: bool [rows, classes].
        scores: float [rows, classes]; the highest one of a row is its confidence.
    """
    best = scores.argmax(axis=1)
    rows = np.arange(len(best))
    confidence, right = scores[rows, best].astype(np.float64), truth[rows, best]
    # The bins are open at their lower end, so that a score of 1 is in the last one.
    bins = np.clip(np.ceil(confidence * _NUM_BINS).astype(int) - 1, 0, _NUM_BINS - 1)
    surplus = np.bincount(bins, confidence - right, _NUM_BINS)
    return float(np.abs(surplus).sum() / len(rows))


def cross_entropy(truth: np.ndarray, scores: np.ndarray) -> float:
    """The mean of -ln(score of the true class).

    Args:
        truth: bool [rows, classes].
        scores: float [rows, classes]; each counts as 1e-7 at least, as does a class that the model does not know.
    """
    of_truth = np.where(truth, scores, 0).sum(axis=1, dtype=np.float64)
    return float(-np.log(np.maximum(of_truth, _EPSILON)).mean())


def _area(truth: np.ndarray, scores: np.ndarray) -> float:
    num_true = int(truth.sum())
    num_false = len(truth) - num_true
    if not num_true or not num_false:
        return np.nan
    # Mann and Whitney's U by ranks; equal scores share their mean rank.
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(counts) - (counts - 1) / 2
    return float((mean_rank[inverse][truth].sum() - num_true * (num_true + 1) / 2) / (num_true * num_false))


class RocAuc(metric_types.Metric):
    """`roc_auc` as a TFMA metric of the answers `classes` and `scores`."""

    def __init__(self, name: str = "auc") -> None:
        super().__init__(derived_from_scored_rows(roc_auc), name=name)


class ExpectedCalibrationError(metric_types.Metric):
    """`expected_calibration_error` as a TFMA metric of the answers `classes` and `scores`."""

    def __init__(self, name: str = "ece") -> None:
        super().__init__(derived_from_scored_rows(expected_calibration_error), name=name)


class CrossEntropy(metric_types.Metric):
    """`cross_entropy` as a TFMA metric of the answers `classes` and `scores`."""

    def __init__(self, name: str = "cross_entropy") -> None:
        super().__init__(derived_from_scored_rows(cross_entropy), name=name)


for _metric in (RocAuc, ExpectedCalibrationError, CrossEntropy):
    metric_types.register_metric(_metric)
