"""A training of a tiny BERT on made-up rows; as a script, one that can be killed: PRESET FOLDER WEIGHTS [SETTINGS].

SETTINGS are JSON: `kill` names a moment (`step 7`, `save 2`, `evaluation 1`: counted in this process), all others are
fields of `training`.
"""

import dataclasses
import json
import logging
import os
import signal
import sys
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from models.config import ModelConfig, TrainingConfig
from models.presets import load_vocabulary
from models.tasks.interface.facts import Facts
from models.tasks.interface.loss_options import LossOptions
from models.tasks.text_classification import TextClassification
from models.training.devices import training_strategy
from models.training.fine_tuning import FineTuning
from models.training.saving_rule import SavingRule
from models.training.training_data import TrainingData

TASK = TextClassification()

LABELS = ("bad", "good")
BAD, GOOD = 8, 5
NUM_ROWS = 256
BATCH_SIZE = 16
ALWAYS = SavingRule(min_seconds=0, max_share=float("inf"))
"""After every step, and after every epoch."""


def arrays(seed: int, num_rows: int = NUM_ROWS) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Inputs and targets of rows that are good or bad by three of their words: so clear that no seed misses it."""
    numbers = np.random.default_rng(seed)
    targets = numbers.integers(0, 2, num_rows)
    ids = numbers.integers(11, 21, (num_rows, 8)).astype("int32")
    ids[:, 0] = 2
    places = numbers.permuted(np.tile(np.arange(1, 8), (num_rows, 1)), axis=1)[:, :3]
    np.put_along_axis(ids, places, np.where(targets == 1, GOOD, BAD)[:, np.newaxis], axis=1)
    return {"token_ids": ids, "segment_ids": np.zeros_like(ids), "padding_mask": np.ones_like(ids)}, targets


def rows(seed: int, num_rows: int = NUM_ROWS, batch_size: int = BATCH_SIZE) -> tf.data.Dataset:
    """The same in batches."""
    return tf.data.Dataset.from_tensor_slices(arrays(seed, num_rows)).batch(batch_size)


def training_data(batch_size: int = BATCH_SIZE) -> TrainingData:
    """Rows to train on, in another order in each epoch."""

    def train(epoch: int) -> tf.data.Dataset:
        shuffled = rows(0).unbatch().shuffle(NUM_ROWS, seed=epoch, reshuffle_each_iteration=False)
        return shuffled.batch(batch_size)

    return TrainingData(train, rows(1), NUM_ROWS, NUM_ROWS // batch_size)


def fine_tuning(preset: str, loss: LossOptions | None = None, **settings: Any) -> FineTuning:
    """Makes a training."""
    values = {"epochs": 4, "batch_size": BATCH_SIZE, "learning_rate": 5e-3, "precision": "float32", **settings}
    training = TrainingConfig(**values)
    return FineTuning(
        TASK,
        Facts(load_vocabulary(preset), LABELS),
        ModelConfig(preset=preset),
        training,
        loss or LossOptions(),
        training_strategy(training),
    )


def accuracy(network: keras.Model, batches: tf.data.Dataset) -> float:
    """Share of rows that a network is right about."""
    hits = [np.argmax(network(inputs, training=False), axis=-1) == targets.numpy() for inputs, targets in batches]
    return float(np.concatenate(hits).mean())


def _kill_before(owner: Any, name: str, number: int) -> None:
    """Has the process killed in its so-many-th call of a method."""
    method, calls = getattr(owner, name), iter(range(1, 1_000_000))

    def killing(*arguments: Any, **named: Any) -> Any:
        if next(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return method(*arguments, **named)

    setattr(owner, name, killing)


def _main(preset: str, folder: str, weights: str, settings: dict[str, Any]) -> None:
    logging.basicConfig(level=logging.INFO, stream=sys.stdout)
    moment, _, number = settings.pop("kill", "never 0").partition(" ")
    if moment == "step":
        from models.training.progress import Progress

        _kill_before(Progress, "on_train_batch_end", int(number))
    elif moment == "save":
        # The tensors are in files with their final names, and the list of complete checkpoints is still the old one.
        _kill_before(tf.train.CheckpointManager, "_record_state", 2 * int(number) - 1)
    elif moment == "evaluation":
        _kill_before(keras.Model, "evaluate", 1 + int(number))
    tuning = dataclasses.replace(fine_tuning(preset, **settings), saving=ALWAYS)
    network = tuning.run(training_data(), folder)
    np.savez(weights, *network.get_weights())


if __name__ == "__main__":
    _main(*sys.argv[1:4], json.loads(sys.argv[4]))
