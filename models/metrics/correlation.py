"""Correlation between two lists of numbers."""

import math

import numpy as np


def pearson(first: np.ndarray, second: np.ndarray) -> float:
    """Pearson's correlation coefficient.

    Args:
        first: Numbers [n].
        second: As many.

    Returns:
        From -1 to 1; NaN for fewer than two pairs, and where all numbers of a side are the same.
    """
    if len(first) < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return math.nan
    return float(np.clip(np.corrcoef(first, second)[0, 1], -1, 1))


def spearman(first: np.ndarray, second: np.ndarray) -> float:
    """Spearman's correlation: Pearson's of the ranks, where equal numbers share the mean of theirs.

    Args:
        first: Numbers [n].
        second: As many.

    Returns:
        From -1 to 1; NaN for fewer than two pairs, and where all numbers of a side are the same.
    """
    return pearson(_ranks(first), _ranks(second))


def _ranks(values: np.ndarray) -> np.ndarray:
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: np.ndarray = (np.cumsum(counts) - (counts - 1) / 2)[places]
    return ranks
