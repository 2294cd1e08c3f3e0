"""Batches of rows of like length, from Transform's examples; every row occurs exactly once in an epoch."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from models.network_inputs import PACKED_FEATURES, network_inputs
from models.tasks.task import Task

_LENGTH_MULTIPLE = 8
"""Padded lengths are multiples of this: few shapes for the kernels' caches, little padding."""
_BATCHES_PER_WINDOW = 50
"""Rows are sorted by length within this many batches: long enough to leave hardly any padding, short enough to mix."""
_SHUFFLE_ROWS = 100_000
"""Serialized rows held for shuffling: some 30 MB of token ids."""


@dataclasses.dataclass(frozen=True)
class BatchReader:
    """Reads one split of Transform's output.

    Attributes:
        task: Owns the labels.
        labels: The label vocabulary.
        feature_spec: Transform's `transformed_feature_spec()`.
        batch_size: Rows in a batch; the last one of an epoch may have fewer.
    """

    task: Task
    labels: tuple[str, ...]
    feature_spec: Mapping[str, Any]
    batch_size: int

    def training(self, file_patterns: list[str], seed: int) -> tf.data.Dataset:
        """One epoch in an order that differs from epoch to epoch and is the same for the same seed.

        Returns:
            Pairs of `network_inputs` and the task's encoded labels.
        """
        rows = self._rows(file_patterns).shuffle(_SHUFFLE_ROWS, seed=seed, reshuffle_each_iteration=True)
        windows = rows.batch(self.batch_size * _BATCHES_PER_WINDOW).map(self._parse_window)

        def batches_of_window(window: dict[str, Any]) -> tf.data.Dataset:
            num_rows = tf.shape(window["token_ids"].row_lengths(), out_type=tf.int64)[0]
            num_batches = -(-num_rows // self.batch_size)
            starts = tf.data.Dataset.range(num_batches).shuffle(_BATCHES_PER_WINDOW, seed=seed)
            return starts.map(lambda index: self._slice(window, index * self.batch_size))

        return windows.flat_map(batches_of_window).map(self._inputs_and_targets).prefetch(tf.data.AUTOTUNE)

    def evaluation(self, file_patterns: list[str]) -> tf.data.Dataset:
        """One pass, sorted by length within windows; the same every time."""
        windows = self._rows(file_patterns).batch(self.batch_size * _BATCHES_PER_WINDOW).map(self._parse_window)
        batches = windows.unbatch().batch(self.batch_size)
        return batches.map(self._inputs_and_targets).prefetch(tf.data.AUTOTUNE)

    def count_rows(self, file_patterns: list[str]) -> int:
        """Number of rows in the files."""
        return int(self._rows(file_patterns).reduce(tf.constant(0, tf.int64), lambda total, _: total + 1))

    def _rows(self, file_patterns: list[str]) -> tf.data.Dataset:
        files = tf.data.Dataset.list_files(file_patterns, shuffle=False)
        return tf.data.TFRecordDataset(files, compression_type="GZIP")

    def _parse_window(self, serialized: tf.Tensor) -> dict[str, Any]:
        window = tf.io.parse_example(serialized, dict(self.feature_spec))
        order = tf.argsort(window["token_ids"].row_lengths(), stable=True)
        return {name: tf.gather(values, order) for name, values in window.items()}

    def _slice(self, window: dict[str, Any], start: tf.Tensor) -> dict[str, Any]:
        return {name: values[start : start + self.batch_size] for name, values in window.items()}

    def _inputs_and_targets(self, rows: dict[str, Any]) -> tuple[dict[str, tf.Tensor], tf.Tensor]:
        packed = {name: rows[name] for name in PACKED_FEATURES if name in rows}
        label_columns = {
            column.name: rows[column.name]
            for column in self.task.columns
            if column.role == "label" and column.name in rows
        }
        targets = self.task.encode_labels(label_columns, self.labels)
        return network_inputs(packed, _LENGTH_MULTIPLE), targets
