"""A network whose embedding has the rows that occur is trained as the one with the whole table."""

from typing import Any

import keras
import keras_hub
import numpy as np
import pytest
import tensorflow as tf

from models.backbones.bert_like import BertLike
from models.config import TrainingConfig
from models.lean.compact_embedding import CompactEmbedding, whole_values
from models.lean.network import lean_network
from models.networks.classifier import build_classifier
from models.networks.masked_lm import build_masked_lm
from models.training.optimizer import build_optimizer

SIZES = {"num_layers": 1, "num_heads": 2, "hidden_dim": 8, "intermediate_dim": 16, "dropout": 0.0}
FAMILIES = {
    "Bert": {"vocabulary_size": 40},
    "DistilBert": {"vocabulary_size": 40},
    "Electra": {"vocab_size": 40, "embedding_dim": 8},
    "Albert": {"vocabulary_size": 40, "embedding_dim": 8},
    "XLMRoberta": {"vocabulary_size": 40},
}
INPUTS = {
    "token_ids": np.array([[2, 5, 3, 7, 3], [2, 6, 3, 0, 0]], "int32"),
    "segment_ids": np.zeros([2, 5], "int32"),
    "padding_mask": np.array([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]], "int32"),
}
PIECES = np.array([0, 2, 3, 5, 6, 7])


def _backbone(family: str = "Bert", dtype: str = "float32") -> Any:
    keras.utils.set_random_seed(3)
    backbone = getattr(keras_hub.models, f"{family}Backbone")(**SIZES, **FAMILIES[family], dtype=dtype)
    return backbone if isinstance(backbone.output, dict) else BertLike(backbone, "tanh")


def _compact(network: keras.Model) -> list[CompactEmbedding]:
    return [layer for layer in network._flatten_layers() if isinstance(layer, CompactEmbedding)]


def _after_three_steps(network: keras.Model) -> list[np.ndarray]:
    training = TrainingConfig(learning_rate=0.1, weight_decay=0.5, warmup_fraction=0, clip_norm=0.1)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(optimizer=build_optimizer(training, 4), loss=loss)
    for _ in range(3):
        network.train_on_batch(INPUTS, np.array([0, 1]))
    return whole_values(network, network.weights)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("dtype", ["float32", "mixed_bfloat16"])
def test_steps_come_to_the_same_weights(family: str, dtype: str) -> None:
    whole, compact = (
        lean_network(build_classifier(_backbone(family, dtype), 2, 0.0), pieces=pieces)
        for pieces in (None, lambda: PIECES)
    )
    assert not _compact(whole)
    (embedding,) = _compact(compact)
    assert embedding.rows.shape == (len(PIECES) + 1, 8)
    np.testing.assert_array_equal(np.array(compact(INPUTS)), np.array(whole(INPUTS)))
    before = [weight.numpy() for weight in whole.weights]
    for mine, its, start in zip(_after_three_steps(compact), _after_three_steps(whole), before, strict=True):
        np.testing.assert_allclose(mine, its, rtol=1e-5, atol=1e-5)
        if its.shape == (40, 8):
            # Those that do not occur decay: by a factor, and no little one.
            np.testing.assert_allclose(mine[8:], start[8:] * (mine[8, 0] / start[8, 0]), rtol=1e-5)
            assert 0.8 < mine[8, 0] / start[8, 0] < 0.95


def test_where_it_does_not_pay_or_all_rows_are_read_the_table_stays_whole() -> None:
    assert not _compact(lean_network(build_classifier(_backbone(), 2, 0.0), pieces=lambda: np.arange(33)))
    assert _compact(lean_network(build_classifier(_backbone(), 2, 0.0), pieces=lambda: np.arange(32)))
    frozen = _backbone()
    frozen.token_embedding.trainable = False
    for network in (build_classifier(frozen, 2, 0.0), build_masked_lm(_backbone(), next_sentence=False)):
        # Nor are the rows read in vain.
        assert not _compact(lean_network(network, pieces=lambda: pytest.fail("who occurs was asked for")))


def test_a_piece_that_was_not_to_occur_is_an_error() -> None:
    network = lean_network(build_classifier(_backbone(), 2, 0.0), pieces=lambda: PIECES[:-1])
    with pytest.raises(tf.errors.InvalidArgumentError, match="-1"):
        network(INPUTS)
