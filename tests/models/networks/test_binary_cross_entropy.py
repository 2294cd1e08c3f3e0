import keras
import numpy as np
import pytest

from models.networks.binary_cross_entropy import build_binary_cross_entropy
from models.tasks.interface.loss_options import LossOptions

LOGITS = np.random.default_rng(4).normal(scale=3, size=(6, 3)).astype("float32")
TARGETS = np.random.default_rng(5).integers(0, 2, (6, 3)).astype("float32")


def _expected(weights: tuple[float, ...]) -> float:
    scores = 1 / (1 + np.exp(-LOGITS.astype("float64")))
    losses = np.array(weights) * TARGETS * np.log(scores) + (1 - TARGETS) * np.log(1 - scores)
    return float(-losses.mean())


def test_without_weights_it_is_keras_own_mean_over_rows_and_labels() -> None:
    loss = build_binary_cross_entropy(LossOptions())
    assert type(loss) is keras.losses.BinaryCrossentropy
    assert float(loss(TARGETS, LOGITS)) == pytest.approx(_expected((1, 1, 1)), rel=1e-6)


@pytest.mark.parametrize("weights", [(1.0, 1.0, 1.0), (0.5, 2.0, 30.0)])
def test_weights_count_rows_that_have_a_label(weights: tuple[float, ...]) -> None:
    loss = build_binary_cross_entropy(LossOptions(weights))
    assert float(loss(TARGETS, LOGITS)) == pytest.approx(_expected(weights), rel=1e-6)


def test_large_logits_are_no_infinite_loss() -> None:
    loss = build_binary_cross_entropy(LossOptions((2.0,)))
    assert float(loss(np.array([[1.0], [0.0]]), np.array([[-1000.0], [1000.0]], "float32"))) == pytest.approx(1500)
