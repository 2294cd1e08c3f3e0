"""Distances between two counts of names, as TFDV's comparators define them."""

from typing import Literal

import numpy as np

Measure = Literal["infinity_norm", "jensen_shannon_divergence", "increase", "standardised_rise"]
"""The first two names are TFDV's.

`increase` is the mean of the one less the mean of the other. `standardised_rise` is the root mean square of the largest
rises of a name's share of the rows, each divided by the standard deviation of having the name or not in all rows
together: where a part of the rows is of a new kind, some names rise from nearly nothing, which a divergence over
thousands of names does not see for the noise of all others.
"""

TFDV_MEASURES = frozenset({"infinity_norm", "jensen_shannon_divergence"})

_NUM_RISEN = 10


def distances(measure: Measure, ones: np.ndarray, others: np.ndarray, sizes: tuple[int, int]) -> np.ndarray:
    """Measures pairs of totals.

    Args:
        measure: Which distance.
        ones: [pairs, names]: counts of each name; or sums of the numbers, [pairs, 1].
        others: Likewise, of what it is compared with.
        sizes: How many rows each of `ones` and of `others` was counted from.

    Returns:
        [pairs].
    """
    if measure == "increase":
        return (ones / sizes[0] - others / sizes[1])[:, 0]
    if measure == "standardised_rise":
        return _standardised_rise(ones, others, sizes)
    shares, other_shares = _shares(ones), _shares(others)
    if measure == "infinity_norm":
        return np.abs(shares - other_shares).max(axis=1)
    middle = (shares + other_shares) / 2
    return (_relative_entropies(shares, middle) + _relative_entropies(other_shares, middle)) / 2


def _standardised_rise(ones: np.ndarray, others: np.ndarray, sizes: tuple[int, int]) -> np.ndarray:
    together = (ones + others) / sum(sizes)
    deviations = np.sqrt(together * (1 - together))
    rises = np.maximum(ones / sizes[0] - others / sizes[1], 0)
    # A name that all rows have, or none, cannot rise.
    effects = np.divide(rises, deviations, out=np.zeros_like(rises), where=deviations > 0)
    number = min(_NUM_RISEN, effects.shape[1])
    largest = np.partition(effects, effects.shape[1] - number, axis=1)[:, -number:]
    return np.sqrt((largest**2).mean(axis=1))


def _shares(counts: np.ndarray) -> np.ndarray:
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def _relative_entropies(shares: np.ndarray, others: np.ndarray) -> np.ndarray:
    """In bits; names with a share of zero add nothing."""
    ratios = np.divide(shares, others, out=np.ones_like(shares), where=shares > 0)
    return (shares * np.log2(ratios)).sum(axis=1)
