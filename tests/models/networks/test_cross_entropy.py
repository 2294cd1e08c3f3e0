import keras
import numpy as np
import pytest

from models.networks.cross_entropy import build_cross_entropy
from models.tasks.interface.loss_options import LossOptions

LOGITS = np.random.default_rng(4).normal(size=(6, 3)).astype("float32")
TARGETS = np.array([0, 1, 2, 2, 1, 0])
PLAIN = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def test_no_options_no_change() -> None:
    assert type(build_cross_entropy(LossOptions(), 3)) is type(PLAIN)


def test_weights_of_one_and_hardly_any_smoothing_are_plain_cross_entropy() -> None:
    for options in (LossOptions((1.0, 1.0, 1.0)), LossOptions(None, 1e-9)):
        assert float(build_cross_entropy(options, 3)(TARGETS, LOGITS)) == pytest.approx(
            float(PLAIN(TARGETS, LOGITS)), rel=1e-6
        )


def test_smoothing_equals_keras() -> None:
    expected = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2)
    loss = build_cross_entropy(LossOptions(None, 0.2), 3)
    assert float(loss(TARGETS, LOGITS)) == pytest.approx(float(expected(np.eye(3)[TARGETS], LOGITS)), rel=1e-6)


def test_weights_equal_sample_weights() -> None:
    weights = (0.5, 2.0, 3.0)
    loss = build_cross_entropy(LossOptions(weights), 3)
    expected = PLAIN(TARGETS, LOGITS, sample_weight=np.array(weights)[TARGETS])
    assert float(loss(TARGETS, LOGITS)) == pytest.approx(float(expected), rel=1e-6)
