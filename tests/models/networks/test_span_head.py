from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from models.networks.span_head import MASKED_LOGIT, SpanCrossEntropy, build_span_network
from models.networks.span_metrics import exact_span, span_f1
from models.presets import load_backbone

INPUTS = {
    "token_ids": tf.constant([[2, 9, 3, 8, 7, 6, 3, 0], [2, 9, 9, 3, 3, 0, 0, 0], [2, 3, 5, 6, 7, 8, 9, 3]]),
    "segment_ids": tf.constant([[0, 0, 0, 1, 1, 1, 1, 0], [0, 0, 0, 0, 1, 0, 0, 0], [0, 0, 1, 1, 1, 1, 1, 1]]),
    "padding_mask": tf.constant([[1, 1, 1, 1, 1, 1, 1, 0], [1, 1, 1, 1, 1, 0, 0, 0], [1, 1, 1, 1, 1, 1, 1, 1]]),
}
OPEN = [[0, 3, 4, 5], [0], [0, 2, 3, 4, 5, 6]]
"""[CLS] and the context, without the last [SEP]."""


@pytest.fixture(scope="module")
def network(tiny_preset: str) -> Any:
    return build_span_network(load_backbone(tiny_preset, "float32"), dropout=0.1)


def test_only_the_context_and_the_first_token_are_open(network: Any) -> None:
    logits = network(INPUTS, training=False).numpy()
    assert logits.dtype == np.float32
    for row, columns in zip(logits, OPEN, strict=True):
        for side in (0, 1):
            assert np.flatnonzero(row[:, side] > MASKED_LOGIT / 2).tolist() == columns
            assert set(np.delete(row[:, side], columns)) <= {MASKED_LOGIT}


def test_the_loss_is_the_mean_of_two_cross_entropies_over_open_positions(network: Any) -> None:
    logits = network(INPUTS, training=False)
    targets = np.array([[3, 5], [0, 0], [6, 6]])
    expected = []
    for row, columns, target in zip(logits.numpy(), OPEN, targets, strict=True):
        probabilities = np.exp(row[columns]) / np.exp(row[columns]).sum(axis=0)
        expected.append(-np.mean([np.log(probabilities[columns.index(target[side]), side]) for side in (0, 1)]))
    loss = SpanCrossEntropy()
    assert loss(tf.constant(targets), logits).numpy() == pytest.approx(np.mean(expected), abs=1e-6)
    weighted = loss(tf.constant(targets), logits, sample_weight=tf.constant([1.0, 0.0, 0.5]))
    assert weighted.numpy() == pytest.approx((expected[0] + expected[2] / 2) / 3, abs=1e-6)


def test_masked_positions_get_no_gradient(network: Any) -> None:
    logits = tf.Variable(network(INPUTS, training=False))
    with tf.GradientTape() as tape:
        loss = SpanCrossEntropy()(tf.constant([[3, 5], [0, 0], [6, 6]]), logits)
    gradients = tape.gradient(loss, logits).numpy()
    for row, columns in zip(gradients, OPEN, strict=True):
        assert not np.delete(row, columns, axis=0).any()
        assert np.isfinite(row).all()


def _logits(starts: list[float], ends: list[float]) -> np.ndarray:
    return np.stack([starts, ends], axis=-1).astype(np.float32)


@pytest.mark.parametrize(
    ("starts", "ends", "truth", "is_exact", "f1"),
    [
        ([0, 0, 9, 0, 0, 0], [0, 0, 0, 0, 9, 0], (2, 4), 1, 1),
        ([0, 0, 9, 0, 0, 0], [0, 0, 0, 0, 9, 0], (3, 5), 0, 2 * 2 / 6),
        ([0, 0, 9, 0, 0, 0], [0, 0, 0, 0, 9, 0], (4, 4), 0, 2 * 1 / 4),
        ([0, 0, 9, 0, 0, 0], [0, 0, 0, 0, 9, 0], (5, 5), 0, 0),
        # The best end from the start on, which is not the best end.
        ([0, 0, 9, 0, 0, 0], [0, 9, 0, 2, 0, 0], (2, 3), 0, 1),
        # No answer.
        ([9, 0, 0, 0, 0, 0], [9, 0, 0, 0, 0, 0], (0, 0), 1, 1),
        ([9, 0, 0, 0, 0, 0], [0, 0, 9, 0, 0, 0], (0, 0), 0, 1),
        ([9, 0, 0, 0, 0, 0], [0, 0, 9, 0, 0, 0], (1, 2), 0, 0),
        ([0, 9, 0, 0, 0, 0], [0, 9, 0, 0, 0, 0], (0, 0), 0, 0),
    ],
)
def test_metrics_of_a_window(
    starts: list[float], ends: list[float], truth: tuple[int, int], is_exact: float, f1: float
) -> None:
    # In a batch, and with floats as Keras makes them of targets.
    logits = np.stack([_logits(starts, ends), _logits([9, 0, 0, 0, 0, 0], [9, 0, 0, 0, 0, 0])])
    targets = np.array([truth, (0, 0)], np.float32)
    assert exact_span(targets, logits).numpy() == pytest.approx([is_exact, 1])
    assert span_f1(targets, logits).numpy() == pytest.approx([f1, 1])
    metric = keras.metrics.MeanMetricWrapper(span_f1, name="span_f1")
    metric.update_state(targets, logits, sample_weight=tf.constant([1.0, 0.0]))
    assert float(metric.result()) == pytest.approx(f1)
