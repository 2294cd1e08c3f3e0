"""Batches of rows of like length, from Transform's examples; every row occurs exactly once in an epoch."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from models.network_inputs import PACKED_FEATURES, network_inputs
from models.tasks.task import Task

_LENGTH_MULTIPLE = 8
"""Padded lengths are multiples of this: few shapes for the kernels' caches, little padding."""
_MAX_BATCHES_PER_WINDOW = 50
"""Rows are sorted by length within this many batches: long enough to leave hardly any padding, short enough to mix."""
_MIN_WINDOWS = 4
"""A small split has at least this many windows: sorted as a whole, it would give the same batches in every epoch."""
_NUM_OPEN_FILES = 16
_NUM_PREFETCHED = 4
_MAX_SHUFFLE_ROWS = 1_000_000
"""Serialized rows held for shuffling; a million of some 250 bytes. Files are read in turns, so that larger splits whose
files are sorted by label are mixed all the same."""


@dataclasses.dataclass(frozen=True)
class BatchReader:
    """Reads one split of Transform's output.

    Attributes:
        task: Owns the labels.
        labels: The label vocabulary.
        feature_spec: Transform's `transformed_feature_spec()`.
        batch_size: Rows in a batch; one of an epoch may have fewer.
        sequence_length: Longest row of token ids: no batch is padded further.
    """

    task: Task
    labels: tuple[str, ...]
    feature_spec: Mapping[str, Any]
    batch_size: int
    sequence_length: int

    def training(self, file_patterns: list[str], num_rows: int, seed: int) -> tf.data.Dataset:
        """One epoch in an order that differs from epoch to epoch and is the same for the same seed.

        Args:
            file_patterns: The split's files.
            num_rows: Rows in them.
            seed: Decides the orders.

        Returns:
            Pairs of `network_inputs` and the task's encoded labels.
        """
        num_batches = -(-num_rows // self.batch_size)
        batches_per_window = max(1, min(_MAX_BATCHES_PER_WINDOW, num_batches // _MIN_WINDOWS))
        rows = self._rows(file_patterns, seed).shuffle(min(num_rows, _MAX_SHUFFLE_ROWS), seed=seed)
        windows = rows.batch(self.batch_size * batches_per_window).map(self._parse_window)
        batches = windows.flat_map(self._batches_of_window).shuffle(2 * batches_per_window, seed=seed + 1)
        return _prefetched(batches.map(self._inputs_and_targets))

    def evaluation(self, file_patterns: list[str]) -> tf.data.Dataset:
        """One pass, sorted by length within windows; the same every time."""
        windows = self._rows(file_patterns).batch(self.batch_size * _MAX_BATCHES_PER_WINDOW).map(self._parse_window)
        return _prefetched(windows.flat_map(self._batches_of_window).map(self._inputs_and_targets))

    def count_rows(self, file_patterns: list[str]) -> int:
        """Number of rows in the files."""
        return int(self._rows(file_patterns).reduce(tf.constant(0, tf.int64), lambda total, _: total + 1))

    def _rows(self, file_patterns: list[str], seed: int | None = None) -> tf.data.Dataset:
        """Serialized rows: file by file, or, with a seed, from all files in turns, in another order each epoch."""
        files = tf.data.Dataset.list_files(file_patterns, shuffle=seed is not None, seed=seed)
        return files.interleave(_read_file, cycle_length=1 if seed is None else _NUM_OPEN_FILES)

    def _parse_window(self, serialized: tf.Tensor) -> dict[str, Any]:
        window = tf.io.parse_example(serialized, dict(self.feature_spec))
        order = tf.argsort(window["token_ids"].row_lengths(), stable=True)
        return {name: tf.gather(values, order) for name, values in window.items()}

    def _batches_of_window(self, window: dict[str, Any]) -> tf.data.Dataset:
        num_rows = window["token_ids"].nrows(out_type=tf.int64)
        starts = tf.data.Dataset.range(0, num_rows, self.batch_size)
        return starts.map(lambda start: {name: rows[start : start + self.batch_size] for name, rows in window.items()})

    def _inputs_and_targets(self, rows: dict[str, Any]) -> tuple[dict[str, tf.Tensor], tf.Tensor]:
        packed = {name: rows[name] for name in PACKED_FEATURES if name in rows}
        label_columns = {
            column.name: rows[column.name]
            for column in self.task.columns
            if column.role == "label" and column.name in rows
        }
        targets = self.task.encode_labels(label_columns, self.labels)
        return network_inputs(packed, _LENGTH_MULTIPLE, self.sequence_length), targets


def _prefetched(batches: tf.data.Dataset) -> tf.data.Dataset:
    """Prepares batches while the network computes.

    Without autotuning: there is nothing to tune, and its thread sleeps for up to a minute before it lets an iterator
    go, in TensorFlow 2.21, which halts training at the end of an epoch.
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    return batches.prefetch(_NUM_PREFETCHED).with_options(options)


def _read_file(path: tf.Tensor) -> tf.data.Dataset:
    return tf.data.TFRecordDataset(path, compression_type="GZIP")
