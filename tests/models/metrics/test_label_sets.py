"""Metrics of sets of labels, against scikit-learn's."""

import hypothesis
import numpy as np
import pytest
import sklearn.metrics
from hypothesis import strategies

from models.metrics.label_sets import LabelSetCounts, exact_match, f1_of_label, macro_f1, micro_f1

LABELS = [b"a", b"b", b"c"]
_SETS = strategies.frozensets(strategies.sampled_from(LABELS))
_ROWS = strategies.lists(strategies.tuples(_SETS, _SETS), min_size=1)


def counted(rows: list[tuple[frozenset[bytes], frozenset[bytes]]]) -> LabelSetCounts:
    counts, others = LabelSetCounts(), LabelSetCounts()
    for index, row in enumerate(rows):
        (others if index % 3 else counts).add(*row)
    counts.merge(others)
    return counts


@hypothesis.given(_ROWS)
def test_equal_to_scikit_learn(rows: list[tuple[frozenset[bytes], frozenset[bytes]]]) -> None:
    counts = counted(rows)
    sides = [np.array([[label in row[side] for label in LABELS] for row in rows]) for side in (0, 1)]
    assert exact_match(counts) == pytest.approx(sklearn.metrics.accuracy_score(*sides))
    assert micro_f1(counts) == pytest.approx(sklearn.metrics.f1_score(*sides, average="micro", zero_division=0))
    # Labels that do not occur are NaN here, and left out by ours.
    f1 = sklearn.metrics.f1_score(*sides, average=None, zero_division=np.nan)
    for label, expected in zip(LABELS, f1, strict=True):
        assert np.isnan(expected) or f1_of_label(counts, label) == pytest.approx(expected)
    assert macro_f1(counts) == pytest.approx(0 if np.isnan(f1).all() else np.nanmean(f1))


def test_by_hand() -> None:
    rows = [(b"ab", b"a"), (b"", b""), (b"b", b"ab"), (b"c", b"")]
    counts = counted([tuple(frozenset(bytes([byte]) for byte in side) for side in row) for row in rows])
    assert exact_match(counts) == 1 / 4
    assert micro_f1(counts) == 2 * 2 / (4 + 3)
    assert macro_f1(counts) == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)
