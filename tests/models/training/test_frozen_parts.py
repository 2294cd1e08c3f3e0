"""Freezing and low-rank adaptation."""

import pathlib
from typing import Any

import numpy as np
import pytest

from models.presets import load_backbone, load_vocabulary
from models.tasks.interface.facts import Facts
from models.tasks.text_classification import TextClassification
from models.training.freezing import freeze
from models.training.low_rank_adaptation import add_low_rank_matrices, merged_weights
from models.user_error import UserError

TASK = TextClassification()

LABELS = ("bad", "good")


def _trained_paths(tiny_training: Any, preset: str, folder: pathlib.Path, **settings: Any) -> set[str]:
    """Names of the parts of the backbone that are not the preset's after two epochs."""
    tuning = tiny_training.fine_tuning(preset, epochs=2, early_stopping_patience=0, **settings)
    network = tuning.run(tiny_training.training_data(), str(folder))
    before = load_backbone(preset, "float32")
    after = next(layer for layer in network.layers if layer.name == before.name)
    return {
        "/".join(old.path.split("/")[:-1])
        for old, new in zip(before.weights, after.weights, strict=True)
        if not np.array_equal(old.numpy(), new.numpy())
    }


@pytest.mark.parametrize(
    ("what", "trained"),
    [
        ("embeddings", {"transformer_layer_0", "transformer_layer_1", "pooled_dense"}),
        (1, {"transformer_layer_1", "pooled_dense"}),
        ("all", set()),
    ],
)
def test_frozen_parts_keep_the_presets_weights(
    tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path, what: str | int, trained: set[str]
) -> None:
    paths = _trained_paths(tiny_training, tiny_preset, tmp_path, freeze=what)
    assert {path.split("/")[0] for path in paths} == trained


def test_nothing_is_frozen_by_default(tiny_preset: str) -> None:
    backbone = load_backbone(tiny_preset, "float32")
    freeze(backbone, "none")
    assert len(backbone.trainable_variables) == len(backbone.weights)


def test_more_layers_than_there_are_is_an_error(tiny_preset: str) -> None:
    with pytest.raises(UserError, match=r"training\.freeze: the preset has 2 transformer layers, fewer than 3"):
        freeze(load_backbone(tiny_preset, "float32"), 3)


def test_low_rank_training_learns_and_changes_query_and_value_only(
    tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path
) -> None:
    paths = _trained_paths(tiny_training, tiny_preset, tmp_path, lora_rank=4)
    assert {path.split("/")[-1] for path in paths} == {"query", "value"}


@pytest.mark.parametrize(("dtype_policy", "tolerance"), [("float32", 1e-5), ("mixed_bfloat16", 0.05)])
def test_merged_kernels_give_the_same_answers(
    tiny_training: Any, tiny_preset: str, dtype_policy: str, tolerance: float
) -> None:
    facts = Facts(load_vocabulary(tiny_preset), LABELS)
    backbone = load_backbone(tiny_preset, dtype_policy)
    add_low_rank_matrices(backbone, rank=3)
    adapted = TASK.build_network(backbone, facts, dropout=0.1)
    numbers = np.random.default_rng(2)
    for variable in adapted.trainable_variables:
        # Large enough to show in the answers of a network whose other weights are near zero.
        variable.assign(variable + numbers.normal(0, 3.0, variable.shape).astype("float32"))
    inputs, _ = tiny_training.arrays(3)
    expected = adapted(inputs, training=False).numpy()
    plain = TASK.build_network(load_backbone(tiny_preset, "float32"), facts, dropout=0.1)
    plain.set_weights([weight.numpy() for weight in adapted.weights if "lora" not in weight.path])
    without = plain(inputs, training=False).numpy()
    plain.set_weights(merged_weights(adapted))
    np.testing.assert_allclose(plain(inputs, training=False).numpy(), expected, atol=tolerance)
    assert np.abs(without - expected).max() > 5 * tolerance, "the matrices matter"
