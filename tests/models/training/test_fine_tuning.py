import dataclasses
import math
import pathlib
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from models.config import ModelConfig
from models.training import fine_tuning
from models.training.diverged import DivergedError


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_learns_what_can_be_learned(
    tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path, precision: str
) -> None:
    network = tiny_training.fine_tuning(tiny_preset, precision=precision).run(
        tiny_training.training_data(), str(tmp_path)
    )
    assert tiny_training.accuracy(network, tiny_training.rows(2)) > 0.95


@pytest.mark.parametrize(("trained_in", "served_in"), [("bfloat16", "float32"), ("float32", "bfloat16")])
def test_what_it_is_served_in_does_not_depend_on_what_it_was_trained_in(
    tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path, trained_in: str, served_in: Any
) -> None:
    tuning = dataclasses.replace(
        tiny_training.fine_tuning(tiny_preset, precision=trained_in, epochs=1),
        model=ModelConfig(preset=tiny_preset, served_precision=served_in),
    )
    network = tuning.run(tiny_training.training_data(), str(tmp_path))
    (backbone,) = (layer for layer in network.layers if isinstance(layer, keras.Model))
    assert {layer.compute_dtype for layer in backbone.layers if layer.weights} == {served_in}
    assert network.outputs[0].dtype == "float32"


def test_same_seed_gives_the_same_weights(tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path) -> None:
    first, second, other = (
        tiny_training.fine_tuning(tiny_preset, epochs=2, seed=seed)
        .run(tiny_training.training_data(), str(tmp_path / str(number)))
        .get_weights()
        for number, seed in enumerate((42, 42, 43))
    )
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(first, other, strict=True))


def test_a_training_that_diverges_ends_at_once_and_saves_nothing_of_it(
    tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path
) -> None:
    data = tiny_training.training_data(batch_size=64)

    def spoilt(epoch: int) -> tf.data.Dataset:
        weights = tf.data.Dataset.range(data.num_batches).map(lambda step: math.nan if step == 2 else 1.0)
        return tf.data.Dataset.zip(data.train(epoch), weights).map(
            lambda row, weight: (*row, tf.fill(tf.shape(row[1]), tf.where(epoch == 1, weight, 1.0)))
        )

    tuning = dataclasses.replace(tiny_training.fine_tuning(tiny_preset, epochs=2), saving=tiny_training.ALWAYS)
    with pytest.raises(DivergedError, match="loss is nan at step 3 of epoch 2: the training has diverged"):
        tuning.run(dataclasses.replace(data, train=spoilt), str(tmp_path))
    # What was saved before is good to go on from.
    network = tuning.run(data, str(tmp_path))
    assert all(np.isfinite(weight).all() for weight in network.get_weights())


def test_keeps_the_weights_of_the_best_epoch(
    tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A learning rate that soon destroys the network: later epochs are worse than the best one.
    tuning = tiny_training.fine_tuning(
        tiny_preset, epochs=6, learning_rate=0.3, early_stopping_patience=0, warmup_fraction=1
    )
    seen: list[float] = []
    evaluate = keras.Model.evaluate

    def recording(self: keras.Model, *arguments: Any, **named: Any) -> Any:
        result = evaluate(self, *arguments, **named)
        if named.get("return_dict"):
            seen.append(result["accuracy"])
        return result

    monkeypatch.setattr(keras.Model, "evaluate", recording)
    network = tuning.run(tiny_training.training_data(), str(tmp_path))
    assert len(seen) == 6
    assert seen[-1] < max(seen)
    assert tiny_training.accuracy(network, tiny_training.rows(1)) == pytest.approx(max(seen))


def test_stops_early(
    tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    tuning = tiny_training.fine_tuning(tiny_preset, epochs=20, learning_rate=1e-9, early_stopping_patience=2)
    tuning.run(tiny_training.training_data(), str(tmp_path))
    ended = [record.progress for record in caplog.records if "val_accuracy" in record.message]
    assert [progress.epoch for progress in ended] == [1, 2, 3], "the first epoch, and two that are no better"


def test_a_rule_is_told_of_epochs_and_can_end_the_training(
    tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path
) -> None:
    told = []

    def ends_after(epoch: int, metrics: Any) -> bool:
        told.append((epoch, "val_accuracy" in metrics))
        return epoch == 1

    tuning = dataclasses.replace(tiny_training.fine_tuning(tiny_preset, epochs=4), ends_after=ends_after)
    tuning.run(tiny_training.training_data(), str(tmp_path))
    assert told == [(0, True), (1, True)]


def test_pieces_that_do_not_occur_decay_as_they_would_in_a_whole_table(
    tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables: list[str] = []
    compile_ = keras.Model.compile

    def recording(self: keras.Model, *arguments: Any, **named: Any) -> None:
        tables.extend(f"{weight.shape}" for weight in self.weights if weight.path.endswith("embeddings"))
        compile_(self, *arguments, **named)

    monkeypatch.setattr(keras.Model, "compile", recording)
    tuning = tiny_training.fine_tuning(tiny_preset, epochs=1, weight_decay=0.5)
    compact = tuning.run(tiny_training.training_data(), str(tmp_path / "compact")).get_weights()
    monkeypatch.setattr(fine_tuning, "occurring_pieces", lambda data: np.arange(21))
    whole = tuning.run(tiny_training.training_data(), str(tmp_path / "whole")).get_weights()
    # 13 pieces occur; there are 32 positions, and two segments.
    assert tables == ["(14, 16)", "(32, 16)", "(2, 16)", "(21, 16)", "(32, 16)", "(2, 16)"]
    for mine, its in zip(compact, whole, strict=True):
        np.testing.assert_allclose(mine, its, rtol=1e-4, atol=1e-5)
