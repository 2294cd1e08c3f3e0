import math
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from models.networks.contrastive_loss import ContrastiveLoss, counted_cells, share_of_nearest

TEMPERATURE = 0.1


def _vectors(num_texts: int, width: int = 6) -> np.ndarray:
    vectors = np.random.default_rng(num_texts).normal(size=(num_texts, width)).astype("float32")
    return np.array(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def _batch(pairs: list[tuple[int, int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Targets, and outputs in which equal texts have equal vectors."""
    vectors = _vectors(1 + max(max(pair[:2]) for pair in pairs))
    return np.array(pairs, "float32"), np.concatenate([vectors[[text, other]] for text, other, _ in pairs])


def _expected(pairs: list[tuple[int, int, int]], index: int) -> float:
    """The loss of one pair, in plain words: over sets of texts."""
    vectors = _vectors(1 + max(max(pair[:2]) for pair in pairs))
    together = {(text, other) for text, other, belongs in pairs if belongs}
    together |= {(other, text) for text, other in together}
    text, other, _ = pairs[index]

    def side(anchor: int, right: int, candidates: set[int]) -> float:
        wrong = {found for found in candidates if found not in (anchor, right) and (anchor, found) not in together}
        logits = [float(vectors[anchor] @ vectors[found]) / TEMPERATURE for found in [right, *wrong]]
        return math.log(sum(map(math.exp, logits))) - logits[0]

    of_texts = side(text, other, {pair[1] for pair in pairs})
    return (of_texts + side(other, text, {pair[0] for pair in pairs})) / 2


@pytest.mark.parametrize(
    "pairs",
    [
        [(0, 1, 1)],
        [(0, 1, 1), (2, 3, 1), (4, 5, 1)],
        # The same text with two pairs, the same pair with two texts, the same pair twice.
        [(0, 1, 1), (0, 2, 1), (3, 4, 1)],
        [(0, 1, 1), (2, 1, 1), (3, 4, 1)],
        [(0, 1, 1), (0, 1, 1), (2, 3, 1)],
        # A text that is its own pair, or another's.
        [(0, 0, 1), (1, 2, 1)],
        [(0, 1, 1), (1, 0, 1), (2, 3, 1)],
        [(0, 1, 1), (1, 2, 1), (3, 0, 1)],
        # Pairs that do not belong together are wrong answers, also for their own texts.
        [(0, 1, 1), (2, 3, 0), (0, 4, 0), (5, 1, 0)],
        # Known to belong together by one pair of the batch, denied by another.
        [(0, 1, 1), (0, 2, 0), (0, 2, 1), (3, 4, 1)],
    ],
)
def test_equals_a_plain_count(pairs: list[tuple[int, int, int]]) -> None:
    losses = ContrastiveLoss(TEMPERATURE).call(*_batch(pairs)).numpy()
    right = [index for index, pair in enumerate(pairs) if pair[2]]
    assert losses[right].tolist() == pytest.approx([_expected(pairs, index) for index in right], abs=1e-5)


def test_rows_that_fill_a_batch_up_change_nothing() -> None:
    pairs = [(0, 1, 1), (2, 3, 1), (4, 5, 0)]
    loss = ContrastiveLoss(TEMPERATURE)
    alone = loss.call(*_batch(pairs)).numpy()
    filled = loss.call(*_batch([*pairs, pairs[0], pairs[0]])).numpy()
    np.testing.assert_allclose(filled[:2], alone[:2], atol=1e-6)


def test_own_pairs_always_count() -> None:
    for cells in counted_cells(tf.constant([[0.0, 1, 1], [0, 1, 0], [2, 2, 1]])):
        assert cells.numpy().diagonal().all()


def test_nearest_is_over_the_counted() -> None:
    vectors = np.array([[1, 0], [0.6, 0.8], [0, 1], [0, 1], [1, 0], [1, 0]], "float32")
    # The first text's nearest is the third pair, which is the first text itself where they have one number.
    targets = np.array([[0, 1, 1], [2, 3, 1], [4, 5, 1]], "float32")
    assert share_of_nearest(tf.constant(targets), tf.constant(vectors)).numpy().tolist() == [0, 1, 1]
    targets[2, 1] = 0
    assert share_of_nearest(tf.constant(targets), tf.constant(vectors)).numpy().tolist() == [1, 1, 1]


def test_keras_trains_on_two_rows_a_pair() -> None:
    pairs = [(0, 1, 1), (2, 3, 1), (4, 5, 0), (6, 7, 1)]
    targets, inputs = _batch(pairs)
    weights = targets[:, 2]
    network = keras.Sequential([keras.layers.Dense(4), keras.layers.UnitNormalization()])
    network.compile(
        optimizer=keras.optimizers.SGD(0.1),
        loss=ContrastiveLoss(TEMPERATURE),
        weighted_metrics=[keras.metrics.MeanMetricWrapper(share_of_nearest, name="accuracy_in_batch")],
    )
    batches: Any = tf.data.Dataset.from_tensors((inputs, targets, weights))
    before = network.evaluate(batches, return_dict=True, verbose=0)
    losses = ContrastiveLoss(TEMPERATURE).call(targets, network(inputs)).numpy()
    assert before["loss"] == pytest.approx((losses * weights).sum() / len(pairs), abs=1e-5)
    nearest = share_of_nearest(targets, network(inputs)).numpy()
    assert before["accuracy_in_batch"] == pytest.approx((nearest * weights).sum() / weights.sum())
    network.fit(batches.repeat(100), verbose=0, shuffle=False)
    assert network.evaluate(batches, return_dict=True, verbose=0)["loss"] < 0.1 * before["loss"]
