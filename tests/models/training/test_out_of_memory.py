"""Trainings that run out of memory go on with fewer rows at a time, and end as they would have."""

import dataclasses
import json
import logging
import pathlib
import shutil
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from components.report.learning_curves import training_facts
from models.networks.contrastive_loss import ContrastiveLoss
from models.tasks.interface.evaluation import Monitor
from models.tasks.text_classification import TextClassification
from models.training.out_of_memory import RowsAtATime, is_out_of_memory, read_rows_at_a_time
from models.training.passes import compute_in_passes
from models.user_error import UserError

BATCH_SIZE = 16
NUM_ROWS = 250
"""The last batch of an epoch has 10 rows, the others 16."""
NUM_STEPS = 16


@pytest.fixture(scope="module")
def no_dropout(tiny_preset: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The tiny BERT without dropout, whose random numbers differ with the rows that are drawn for at once."""
    folder = tmp_path_factory.mktemp("no_dropout") / "preset"
    shutil.copytree(tiny_preset, folder)
    config = json.loads((folder / "config.json").read_text())
    config["config"]["dropout"] = 0.0
    (folder / "config.json").write_text(json.dumps(config))
    return str(folder)


_NO_ALLOCATOR_HAS = 1 << 50


class Room(keras.layers.Layer):
    """Asks TensorFlow's allocator for far too much where more rows are trained at a time than there is room for."""

    def __init__(self, max_rows: int, first_step: int) -> None:
        super().__init__(name="room")
        self.max_rows, self.first_step = max_rows, first_step
        self.seen: list[int] = []

    def call(self, values: Any, training: bool = False) -> Any:
        if not training:
            return values
        size = tf.py_function(self._size, [tf.shape(values)[0]], tf.int64)
        return values + tf.reduce_max(tf.fill([tf.ensure_shape(size, [])], 0.0))

    def _size(self, num_rows: Any) -> int:
        self.seen.append(int(num_rows))
        return _NO_ALLOCATOR_HAS if len(self.seen) >= self.first_step and num_rows > self.max_rows else 1


class InLittleRoom(TextClassification):
    """A classifier of texts whose network is computed in such a room."""

    room = Room(1, 1)

    def build_network(self, *arguments: Any, **options: Any) -> keras.Model:
        network = super().build_network(*arguments, **options)
        return keras.Model(network.input, self.room(network.output))


def _tuning(tiny_training: Any, preset: str, max_rows: int, first_step: int = 1, **settings: Any) -> Any:
    task = InLittleRoom()
    task.room = Room(max_rows, first_step)
    tuning = tiny_training.fine_tuning(preset, **{"epochs": 1, "learning_rate": 1e-3, **settings})
    model = tuning.model.model_copy(update={"dropout": 0.0})
    return dataclasses.replace(tuning, task=task, model=model, saving=tiny_training.ALWAYS)


def _data(tiny_training: Any) -> Any:
    def train(epoch: int) -> tf.data.Dataset:
        rows = tiny_training.rows(0).unbatch().take(NUM_ROWS)
        return rows.shuffle(NUM_ROWS, seed=epoch, reshuffle_each_iteration=False).batch(BATCH_SIZE)

    return dataclasses.replace(tiny_training.training_data(), train=train, num_rows=NUM_ROWS, num_batches=NUM_STEPS)


@pytest.fixture(scope="module")
def with_room(tiny_training: Any, no_dropout: str, tmp_path_factory: pytest.TempPathFactory) -> list[np.ndarray]:
    """The weights of a training with memory enough."""
    tuning = _tuning(tiny_training, no_dropout, max_rows=BATCH_SIZE)
    weights: list[np.ndarray] = tuning.run(_data(tiny_training), str(tmp_path_factory.mktemp("room"))).get_weights()
    assert tuning.task.room.seen == [16] * 15 + [10]
    return weights


def _assert_equal(weights: list[np.ndarray], expected: list[np.ndarray]) -> None:
    for a, b in zip(weights, expected, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_half_the_rows_at_a_time_give_the_same_weights(
    tiny_training: Any, no_dropout: str, with_room: Any, tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    tuning = _tuning(tiny_training, no_dropout, max_rows=5)
    _assert_equal(tuning.run(_data(tiny_training), str(tmp_path)).get_weights(), with_room)
    seen = tuning.task.room.seen
    assert list(dict.fromkeys(seen)) == [16, 8, 4], "halved until there was room"
    assert seen.count(16) == 1
    lasting = [record.message for record in caplog.records if getattr(record, "is_lasting", False)]
    assert lasting == [f"out of memory with {rows} rows at a time: goes on with {rows // 2}" for rows in (16, 8)]
    facts = training_facts(f"{tmp_path}/events", Monitor("accuracy", "max"))
    assert facts.memory.startswith("ran out of memory with all 16 rows of a batch, and took 4 at a time")
    assert facts.steps == NUM_STEPS, "a step is that of a batch still"


def test_steps_before_the_last_checkpoint_are_not_done_again(
    tiny_training: Any, no_dropout: str, with_room: Any, tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    tuning = _tuning(tiny_training, no_dropout, max_rows=8, first_step=9)
    _assert_equal(tuning.run(_data(tiny_training), str(tmp_path)).get_weights(), with_room)
    assert "step 8/16 (resumed at step 8)" in caplog.text
    assert tuning.task.room.seen[:9] == [16] * 9


def test_a_resumed_training_knows_how_many_rows_there_is_room_for(
    tiny_training: Any, no_dropout: str, with_room: Any, tmp_path: pathlib.Path
) -> None:
    RowsAtATime(BATCH_SIZE, 4).write(f"{tmp_path}/events")
    tuning = _tuning(tiny_training, no_dropout, max_rows=5)
    _assert_equal(tuning.run(_data(tiny_training), str(tmp_path)).get_weights(), with_room)
    assert set(tuning.task.room.seen) == {4}


def test_one_row_too_many_is_told_with_the_ways_out(
    tiny_training: Any, no_dropout: str, tmp_path: pathlib.Path
) -> None:
    RowsAtATime(BATCH_SIZE, 2).write(f"{tmp_path}/events")
    tuning = _tuning(tiny_training, no_dropout, max_rows=0)
    told = r"one row at a time. Lower model.sequence_length \(now 128\) or training.batch_size \(now 16\)"
    with pytest.raises(UserError, match=told):
        tuning.run(_data(tiny_training), str(tmp_path))
    assert list(dict.fromkeys(tuning.task.room.seen)) == [2, 1]


def test_a_full_disk_is_not_taken_for_too_little_memory(
    tiny_training: Any, no_dropout: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save(*_: Any, **__: Any) -> None:
        raise tf.errors.ResourceExhaustedError(None, None, "checkpoints/ckpt-1.data; No space left on device")

    tuning = _tuning(tiny_training, no_dropout, max_rows=BATCH_SIZE)
    monkeypatch.setattr(tf.train.CheckpointManager, "save", save)
    with pytest.raises(tf.errors.ResourceExhaustedError, match="No space left"):
        tuning.run(_data(tiny_training), str(tmp_path))
    assert read_rows_at_a_time(f"{tmp_path}/events") is None


def test_tensorflow_tells_of_a_full_disk_in_words_that_are_known() -> None:
    file = tf.io.gfile.GFile("/dev/full", "w")
    file.write("much")
    with pytest.raises(tf.errors.ResourceExhaustedError) as found:
        file.flush()
    assert not is_out_of_memory(found.value)


def test_what_was_dropped_out_is_dropped_out_again() -> None:
    """One step of plain descent, beside the gradient of all passes at once."""

    def network() -> keras.Model:
        inputs = keras.Input((4,))
        hidden = keras.layers.Dropout(0.5, seed=3)(keras.layers.Dense(8, "tanh")(inputs))
        return keras.Model(inputs, keras.layers.Dense(2)(hidden))

    numbers = np.random.default_rng(8)
    x, y = numbers.normal(size=(10, 4)).astype("float32"), numbers.integers(0, 2, 10)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    keras.utils.set_random_seed(1)
    expected = network()
    with tf.GradientTape() as tape:
        filled = np.concatenate([x, x[-1:], x[-1:]])
        outputs = tf.concat([expected(rows, training=True) for rows in np.split(filled, 3)], axis=0)[:10]
        value = loss(y, outputs)
    gradients = tape.gradient(value, expected.trainable_weights)
    keras.utils.set_random_seed(1)
    actual = network()
    actual.compile(keras.optimizers.SGD(1.0), loss)
    compute_in_passes(actual, 4)
    actual.fit(x, y, batch_size=10, shuffle=False, verbose=0)
    for weight, before, gradient in zip(actual.get_weights(), expected.get_weights(), gradients, strict=True):
        np.testing.assert_allclose(weight, before - gradient, atol=1e-6)


@pytest.mark.parametrize("loss", ["compares rows", "divides by weights"])
def test_losses_are_those_of_whole_batches(loss: str) -> None:
    """Such as that of text_embedding, whose targets are of pairs of rows, and that of token_classification."""
    numbers = np.random.default_rng(8)
    x = numbers.normal(size=(20, 6, 4)).astype("float32")

    def network() -> keras.Model:
        inputs = keras.Input((None, 4))
        hidden = keras.layers.Dense(8, "tanh")(inputs)
        if loss == "compares rows":
            hidden = keras.layers.UnitNormalization()(keras.layers.GlobalAveragePooling1D()(hidden))
        return keras.Model(inputs, hidden)

    if loss == "compares rows":
        compared: Any = ContrastiveLoss(0.1)
        targets = np.stack([np.arange(0, 20, 2), np.arange(1, 20, 2), np.ones(10)], axis=1).astype("float32")
        batch: tuple[Any, ...] = (x, targets)
    else:
        compared = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="mean_with_sample_weight")
        batch = (x, numbers.integers(0, 8, (20, 6)), (numbers.random((20, 6)) < 0.3).astype("float32"))
    weights, values = [], []
    for num_rows in (None, 6):
        keras.utils.set_random_seed(1)
        trained = network()
        trained.compile(keras.optimizers.SGD(0.5), compared)
        if num_rows:
            compute_in_passes(trained, num_rows)
        values.append([trained.train_on_batch(*batch), trained.test_on_batch(*batch)])
        weights.append(trained.get_weights())
    np.testing.assert_allclose(values[0], values[1], atol=1e-5)
    _assert_equal(weights[1], weights[0])


def test_a_network_of_unknown_making_is_refused() -> None:
    with pytest.raises(UserError, match="functional API"):
        compute_in_passes(keras.Sequential([keras.layers.Dense(1)]), 1)
