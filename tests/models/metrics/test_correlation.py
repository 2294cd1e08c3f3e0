"""Correlations, against SciPy's."""

import math
import warnings

import hypothesis
import numpy as np
import pytest
import scipy.stats
from hypothesis import strategies

from models.metrics.correlation import pearson, spearman

# Few different values: ties are what is hard about ranks.
_PAIRS = strategies.lists(
    strategies.tuples(strategies.integers(0, 5), strategies.integers(-3, 3).map(lambda number: number / 8)), max_size=30
)


@hypothesis.given(_PAIRS)
def test_equal_to_scipy(pairs: list[tuple[int, float]]) -> None:
    first, second = np.array(pairs, float).reshape(-1, 2).T
    if len(pairs) < 2:
        assert math.isnan(spearman(first, second))
        assert math.isnan(pearson(first, second))
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", scipy.stats.ConstantInputWarning)
        expected = scipy.stats.pearsonr(first, second).statistic, scipy.stats.spearmanr(first, second).statistic
    assert (pearson(first, second), spearman(first, second)) == pytest.approx(expected, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize(
    ("first", "second", "rank_correlation"),
    [
        ([1, 2, 3], [10, 100, 1000], 1.0),
        ([1, 2, 3], [3, 2, -9], -1.0),
        # By hand: ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4.
        ([0, 1, 1, 2], [5, 6, 7, 8], 4.5 / math.sqrt(4.5 * 5)),
        ([1, 1, 1], [1, 2, 3], math.nan),
        ([1], [1], math.nan),
        ([], [], math.nan),
    ],
)
def test_by_hand(first: list[float], second: list[float], rank_correlation: float) -> None:
    found = spearman(np.array(first, float), np.array(second, float))
    assert found == pytest.approx(rank_correlation, nan_ok=True)
