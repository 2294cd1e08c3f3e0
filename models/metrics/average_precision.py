"""Mean average precision: how well scores rank, for each label, the rows that have it above the others."""

import numpy as np
from tensorflow_model_analysis.metrics import metric_types

from models.metrics.scored_rows import derived_from_scored_rows


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


class MeanAveragePrecision(metric_types.Metric):
    """`mean_average_precision` as a TFMA metric of the answers `classes` and `scores`."""

    def __init__(self, name: str = "mean_average_precision") -> None:
        super().__init__(derived_from_scored_rows(mean_average_precision), name=name)


metric_types.register_metric(MeanAveragePrecision)
