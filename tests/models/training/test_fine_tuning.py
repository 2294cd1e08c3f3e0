import pathlib

import keras
import numpy as np
import pytest
import tensorflow as tf

from models.config import ModelConfig, TrainingConfig
from models.tasks.text_classification import TASK
from models.training.fine_tuning import FineTuning

LABELS = ("bad", "good")
BAD, GOOD = 8, 5


def _rows(seed: int, num_rows: int = 256) -> tf.data.Dataset:
    """Rows that are good or bad by one of their words."""
    numbers = np.random.default_rng(seed)
    targets = numbers.integers(0, 2, num_rows)
    ids = numbers.integers(11, 21, (num_rows, 8)).astype("int32")
    ids[:, 0] = 2
    ids[np.arange(num_rows), numbers.integers(1, 8, num_rows)] = np.where(targets == 1, GOOD, BAD)
    inputs = {"token_ids": ids, "segment_ids": np.zeros_like(ids), "padding_mask": np.ones_like(ids)}
    return tf.data.Dataset.from_tensor_slices((inputs, targets)).batch(16)


def _train(tiny_preset: str, folder: pathlib.Path, **settings: object) -> keras.Model:
    training = TrainingConfig(
        **{"epochs": 4, "batch_size": 16, "learning_rate": 5e-3, "precision": "float32", **settings}
    )
    keras.utils.set_random_seed(training.seed)
    fine_tuning = FineTuning(TASK, LABELS, ModelConfig(preset=tiny_preset), training)
    return fine_tuning.run(_rows(0), _rows(1), num_rows=256, log_directory=str(folder))


def _accuracy(network: keras.Model, rows: tf.data.Dataset) -> float:
    hits = [np.argmax(network(inputs, training=False), axis=-1) == targets.numpy() for inputs, targets in rows]
    return float(np.concatenate(hits).mean())


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_learns_what_can_be_learned(tiny_preset: str, tmp_path: pathlib.Path, precision: str) -> None:
    network = _train(tiny_preset, tmp_path, precision=precision)
    assert _accuracy(network, _rows(2)) > 0.95
    assert list(tmp_path.rglob("events.out.tfevents.*")), "TensorBoard has something to show"


def test_is_served_in_float32_whatever_it_was_trained_in(tiny_preset: str, tmp_path: pathlib.Path) -> None:
    network = _train(tiny_preset, tmp_path, precision="bfloat16", epochs=1)
    assert {layer.compute_dtype for layer in network.layers} == {"float32"}


def test_same_seed_gives_the_same_weights(tiny_preset: str, tmp_path: pathlib.Path) -> None:
    first, second = (_train(tiny_preset, tmp_path, epochs=2).get_weights() for _ in range(2))
    other = _train(tiny_preset, tmp_path, epochs=2, seed=43).get_weights()
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(first, other, strict=True))


def test_keeps_the_weights_of_the_best_epoch(tiny_preset: str, tmp_path: pathlib.Path) -> None:
    # A learning rate that soon destroys the network: later epochs are worse than the best one.
    settings = TrainingConfig(
        epochs=6, batch_size=16, learning_rate=0.3, precision="float32", early_stopping_patience=0, warmup_fraction=1
    )
    seen: list[float] = []

    class Recorded(FineTuning):
        def _build_callbacks(self, *arguments: object) -> list[keras.callbacks.Callback]:
            record = keras.callbacks.LambdaCallback(on_epoch_end=lambda _, logs: seen.append(logs["val_accuracy"]))
            return [*super()._build_callbacks(*arguments), record]  # type: ignore[arg-type]

    fine_tuning = Recorded(TASK, LABELS, ModelConfig(preset=tiny_preset), settings)
    network = fine_tuning.run(_rows(0), _rows(1), num_rows=256, log_directory=str(tmp_path))
    assert seen[-1] < max(seen)
    assert _accuracy(network, _rows(1)) == pytest.approx(max(seen))
