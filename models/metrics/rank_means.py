"""What places from 1 come to."""

import math

import numpy as np


def accuracy_at_1(ranks: np.ndarray) -> float:
    """The share of first places; NaN of none.

    Args:
        ranks: int64 [n], from 1.
    """
    return float(np.mean(ranks == 1)) if len(ranks) else math.nan


def mean_reciprocal_rank(ranks: np.ndarray) -> float:
    """The mean of 1 / place (Voorhees, TREC-8); NaN of none.

    Args:
        ranks: int64 [n], from 1.
    """
    return float(np.mean(1 / ranks)) if len(ranks) else math.nan
