"""Metrics of the confusion matrix, against scikit-learn's."""

import hypothesis
import numpy as np
import pytest
import sklearn.metrics
from hypothesis import strategies

from models.metrics.macro_f1 import macro_f1
from models.metrics.matthews_correlation import matthews_correlation

_PAIRS = strategies.lists(strategies.tuples(strategies.integers(0, 4), strategies.integers(0, 4)), min_size=1)


@pytest.mark.filterwarnings("ignore")
@hypothesis.given(_PAIRS)
def test_equal_to_scikit_learn(pairs):
    actual, predicted = zip(*pairs, strict=True)
    confusion = sklearn.metrics.confusion_matrix(actual, predicted).astype(float)
    assert macro_f1(confusion) == pytest.approx(sklearn.metrics.f1_score(actual, predicted, average="macro"))
    expected = sklearn.metrics.matthews_corrcoef(actual, predicted)
    assert matthews_correlation(confusion) == pytest.approx(expected, abs=1e-12)


def test_a_model_that_predicts_one_class():
    confusion = np.array([[9.0, 0.0], [1.0, 0.0]])
    assert macro_f1(confusion) == pytest.approx((18 / 19 + 0) / 2)
    assert matthews_correlation(confusion) == 0
