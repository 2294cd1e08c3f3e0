from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from models.networks.embedder import PooledUnitVector, build_embedder
from models.presets import load_backbone

SEQUENCE = np.random.default_rng(1).normal(size=(3, 4, 5)).astype("float32")
LENGTHS = [4, 2, 1]
MASK = (np.arange(4) < np.array(LENGTHS)[:, None]).astype("int32")


def _unit(vectors: Any) -> np.ndarray:
    return np.array([vector / np.linalg.norm(vector) for vector in vectors])


@pytest.mark.parametrize(
    ("pooling", "pool"),
    [
        ("mean", lambda pieces: pieces.mean(axis=0)),
        ("max", lambda pieces: pieces.max(axis=0)),
        ("cls", lambda pieces: pieces[0]),
    ],
)
def test_pools_the_pieces_that_are_no_padding(pooling: Any, pool: Any) -> None:
    expected = _unit([pool(row[:length]) for row, length in zip(SEQUENCE, LENGTHS, strict=True)])
    np.testing.assert_allclose(PooledUnitVector(pooling)(SEQUENCE, MASK), expected, atol=1e-6)


@pytest.mark.parametrize("pooling", ["mean", "max", "cls"])
def test_a_row_of_padding_gives_zeros_and_no_wild_gradients(pooling: Any) -> None:
    sequence = tf.Variable(SEQUENCE)
    mask = MASK * [[1], [0], [1]]
    with tf.GradientTape() as tape:
        vectors = PooledUnitVector(pooling)(sequence, mask)
        loss = tf.reduce_sum(vectors**3)
    assert vectors.numpy()[1].tolist() == [0] * 5
    gradients = tape.gradient(loss, sequence).numpy()
    assert np.isfinite(gradients).all()
    assert not gradients[1].any()


def test_half_precision_is_pooled_in_float32() -> None:
    layer = PooledUnitVector("mean", dtype="float32")
    assert layer(tf.cast(SEQUENCE, tf.bfloat16), MASK).dtype == tf.float32


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_the_network_has_the_weights_of_the_encoder_alone(tiny_preset: str, policy: str) -> None:
    backbone = load_backbone(tiny_preset, policy)
    network = build_embedder(backbone, "mean")
    inputs = {"token_ids": [[2, 5, 3, 0]], "segment_ids": [[0] * 4], "padding_mask": [[1, 1, 1, 0]]}
    inputs = {name: np.array(values) for name, values in inputs.items()}
    vectors = network(inputs)
    assert keras.backend.standardize_dtype(vectors.dtype) == "float32"
    expected = _unit([np.asarray(tf.cast(backbone(inputs)["sequence_output"], tf.float32))[0, :3].mean(axis=0)])
    np.testing.assert_allclose(vectors, expected, atol=1e-5 if policy == "float32" else 0.02)
    left_out = {weight.path for weight in backbone.weights} - {weight.path for weight in network.weights}
    assert left_out == {"pooled_dense/kernel", "pooled_dense/bias"}
