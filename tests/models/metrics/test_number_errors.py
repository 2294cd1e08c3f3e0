"""Errors of numbers, against scikit-learn's."""

import math

import hypothesis
import numpy as np
import pytest
import sklearn.metrics
from hypothesis import strategies

from models.metrics.number_errors import mean_absolute_error, mean_squared_error

_NUMBERS = strategies.floats(-1e6, 1e6)


@hypothesis.given(strategies.lists(strategies.tuples(_NUMBERS, _NUMBERS), min_size=1))
def test_equal_to_scikit_learn(pairs):
    labels, predictions = map(np.array, zip(*pairs, strict=True))
    assert mean_squared_error(labels, predictions) == pytest.approx(
        sklearn.metrics.mean_squared_error(labels, predictions)
    )
    assert mean_absolute_error(labels, predictions) == pytest.approx(
        sklearn.metrics.mean_absolute_error(labels, predictions)
    )


def test_without_rows_there_is_no_error_to_know():
    assert math.isnan(mean_squared_error(np.array([]), np.array([])))
    assert math.isnan(mean_absolute_error(np.array([]), np.array([])))
