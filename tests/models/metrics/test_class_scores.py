"""Metrics of scores, against scikit-learn's and by hand."""

import math

import hypothesis
import numpy as np
import pytest
import sklearn.metrics
from hypothesis import strategies

from models.metrics.class_scores import cross_entropy, expected_calibration_error, roc_auc

# Few different scores, so that many are equal.
_ROWS = strategies.lists(
    strategies.tuples(strategies.integers(0, 2), strategies.lists(strategies.integers(1, 4), min_size=3, max_size=3)),
    min_size=2,
)


def _arrays(rows):
    labels = np.array([label for label, _ in rows])
    scores = np.array([weights for _, weights in rows], dtype=float)
    return labels, np.eye(3, dtype=bool)[labels], scores / scores.sum(axis=1, keepdims=True)


@hypothesis.given(_ROWS)
def test_equal_to_scikit_learn(rows):
    labels, truth, scores = _arrays(rows)
    assert cross_entropy(truth, scores) == pytest.approx(sklearn.metrics.log_loss(labels, scores, labels=[0, 1, 2]))
    areas = [
        sklearn.metrics.roc_auc_score(truth[:, label], scores[:, label])
        for label in range(3)
        if 0 < truth[:, label].sum() < len(rows)
    ]
    assert roc_auc(truth, scores) == (pytest.approx(np.mean(areas)) if areas else pytest.approx(math.nan, nan_ok=True))


def test_calibration_by_hand():
    truth = np.array([[1, 0], [0, 1], [1, 0], [0, 1]], bool)
    # Two rows at 0.9, one of them right; two at 0.6, both right: (2 |0.9 - 0.5| + 2 |0.6 - 1|) / 4.
    scores = np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.4, 0.6]])
    assert expected_calibration_error(truth, scores) == pytest.approx(0.4)


def test_a_model_that_is_always_right_and_sure_is_calibrated():
    truth = np.eye(2, dtype=bool)
    assert expected_calibration_error(truth, truth.astype(float)) == 0


def test_a_class_that_the_model_does_not_know_costs_as_much_as_a_score_of_nothing():
    assert cross_entropy(np.array([[False, False]]), np.array([[0.5, 0.5]])) == pytest.approx(-math.log(1e-7))
