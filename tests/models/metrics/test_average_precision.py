"""Average precision, against scikit-learn's."""

import math

import hypothesis
import numpy as np
import pytest
import sklearn.metrics
from hypothesis import strategies

from models.metrics.average_precision import average_precision, mean_average_precision

# Few different scores, so that many are equal.
_ROWS = strategies.lists(strategies.tuples(strategies.booleans(), strategies.integers(0, 5)), min_size=1)


@hypothesis.given(_ROWS.filter(lambda rows: any(true for true, _ in rows)))
def test_equal_to_scikit_learn(rows: list[tuple[bool, int]]) -> None:
    truth, scores = (np.array(column) for column in zip(*rows, strict=True))
    expected = sklearn.metrics.average_precision_score(truth, scores)
    assert average_precision(truth, scores) == pytest.approx(expected)


def test_by_hand() -> None:
    # The first and the third of four: (1/1 + 2/3) / 2.
    assert average_precision(np.array([True, False, True, False]), np.array([4, 3, 2, 1])) == pytest.approx(5 / 6)


def test_the_mean_leaves_out_labels_that_no_row_has() -> None:
    truth = np.array([[True, False, False], [False, False, True]])
    scores = np.array([[0.9, 0.9, 0.9], [0.1, 0.1, 0.1]])
    assert mean_average_precision(truth, scores) == pytest.approx((1 + 1 / 2) / 2)
    assert math.isnan(mean_average_precision(truth[:, 1:2], scores[:, 1:2]))
