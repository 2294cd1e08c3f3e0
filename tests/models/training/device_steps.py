"""A script: trains a tiny BERT on one device and on two, and prints what steps came to as JSON: PRESET FOLDER."""

import dataclasses
import json
import sys
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from tiny_training import LABELS, arrays  # a script's own folder is on the path

from models.config import ModelConfig, TrainingConfig
from models.presets import load_vocabulary
from models.tasks.interface.facts import Facts
from models.tasks.interface.loss_options import LossOptions
from models.tasks.text_classification import TextClassification
from models.tokenisation.text_encoder import TextEncoder
from models.training.batches import BatchReader
from models.training.devices import training_strategy
from models.training.fine_tuning import FineTuning
from models.training.progress import Progress
from models.training.training_data import TrainingData

NUM_ROWS, BATCH_SIZE = 251, 15
SPEC = {
    "token_ids": tf.io.RaggedFeature(tf.int64, row_splits_dtype=tf.int64),
    "label": tf.io.FixedLenFeature([], tf.string),
}


class Counting(keras.metrics.Metric):
    """Counts rows as other metrics see them."""

    def __init__(self) -> None:
        super().__init__(name="num_rows")
        self.total = self.add_weight(initializer="zeros")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        rows = keras.ops.ones([keras.ops.shape(y_pred)[0]])
        self.total.assign_add(keras.ops.sum(rows if sample_weight is None else rows * sample_weight))

    def result(self) -> Any:
        return keras.ops.cast(self.total, self.dtype)


class CountingTask(TextClassification):
    """Also reports the rows of an epoch."""

    def build_metrics(self, facts: Facts) -> list[Any]:
        return [*super().build_metrics(facts), Counting()]


def _write(path: str, seed: int) -> list[str]:
    inputs, targets = arrays(seed, NUM_ROWS)
    with tf.io.TFRecordWriter(path, "GZIP") as writer:
        for ids, target in zip(inputs["token_ids"], targets, strict=True):
            label = tf.train.BytesList(value=[LABELS[target].encode()])
            features = {
                "token_ids": tf.train.Feature(int64_list=tf.train.Int64List(value=ids)),
                "label": tf.train.Feature(bytes_list=label),
            }
            writer.write(tf.train.Example(features=tf.train.Features(feature=features)).SerializeToString())
    return [path]


def _train(reader: BatchReader, preset: str, folder: str, strategy: tf.distribute.Strategy) -> dict[str, Any]:
    reader = dataclasses.replace(reader, row_multiple=strategy.num_replicas_in_sync)
    train, validation = _write(f"{folder}/train.gz", 0), _write(f"{folder}/eval.gz", 1)
    data = TrainingData(
        lambda epoch: reader.training(train, NUM_ROWS, 42, epoch),
        reader.evaluation(validation),
        NUM_ROWS,
        reader.count_batches(NUM_ROWS),
    )
    keras.utils.set_random_seed(42)  # as the training does, before it reads the first batch
    sizes = [int(targets.shape[0]) for _, targets, *_ in data.train(0)]
    means, ends = [], []
    Progress.on_train_batch_end = lambda self, batch, logs=None: means.append(logs["loss"])
    Progress.end_epoch = lambda self, epoch, metrics: ends.append(metrics)
    training = TrainingConfig(
        epochs=1,
        batch_size=BATCH_SIZE,
        learning_rate=0.01,
        precision="float32",
        clip_norm=0.05,  # every step's gradient is clipped
    )
    model = ModelConfig(preset=preset, dropout=0)
    tuning = FineTuning(reader.task, reader.facts, model, training, LossOptions((0.5, 2.0)), strategy)
    network = tuning.run(data, f"{folder}/{strategy.num_replicas_in_sync}")
    # All epochs are done: this reads the checkpoint of their end.
    again = tuning.run(data, f"{folder}/{strategy.num_replicas_in_sync}").get_weights()
    weights = [float(value) for weight in network.get_weights() for value in weight.reshape(-1)]
    # Keras reports running means, in which a batch weighs as many rows as it has, those that fill it up included.
    losses = np.diff(np.cumsum(sizes) * means, prepend=0.0) / sizes
    return {
        "replicas": strategy.num_replicas_in_sync,
        "sizes": sizes,
        "losses": losses.tolist(),
        "end": ends[0],
        "weights": weights,
        "is_restored": all(np.array_equal(a, b) for a, b in zip(network.get_weights(), again, strict=True)),
        "num_ends": len(ends),
    }


def _main(preset: str, folder: str) -> None:
    two = training_strategy(TrainingConfig(devices=2))
    vocabulary = load_vocabulary(preset)
    facts = Facts(vocabulary, LABELS)
    reader = BatchReader(CountingTask(), facts, TextEncoder(vocabulary, 8), SPEC, BATCH_SIZE)
    results = [_train(reader, preset, folder, strategy) for strategy in (tf.distribute.get_strategy(), two)]
    sys.stdout.write(json.dumps(results))


if __name__ == "__main__":
    _main(*sys.argv[1:])
