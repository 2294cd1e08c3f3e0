"""Batches of rows of like length, from Transform's examples; every row occurs exactly once in an epoch."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import tensorflow as tf

from models.network_inputs import PACKED_FEATURES, network_inputs
from models.tasks.task import Task

_LENGTH_MULTIPLE = 8
"""Padded lengths are multiples of this: few shapes for the kernels' caches, little padding."""
_FEW_SHAPES_LENGTH_MULTIPLE = 32
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
        length_multiple: Padded lengths are multiples of this.
        row_multiple: Batches are filled up to a multiple of this many rows; above 1, pairs become triples with the
            weight of each row, 0 for those that fill up.
    """

    task: Task
    labels: tuple[str, ...]
    feature_spec: Mapping[str, Any]
    batch_size: int
    sequence_length: int
    length_multiple: int = _LENGTH_MULTIPLE
    row_multiple: int = 1

    def with_few_shapes(self) -> Self:
        """A copy whose batches have few shapes, for compilers that begin anew with each."""
        return dataclasses.replace(self, length_multiple=_FEW_SHAPES_LENGTH_MULTIPLE, row_multiple=self.batch_size)

    def training(self, file_patterns: list[str], num_rows: int, seed: int, epoch: int) -> tf.data.Dataset:
        """One epoch: the same batches in every process, whichever epochs came before; another order in each epoch.

        Args:
            file_patterns: The split's files.
            num_rows: Rows in them.
            seed: Decides the orders, together with TensorFlow's global seed.
            epoch: Which epoch, from 0.

        Returns:
            Pairs of `network_inputs` and the task's encoded labels.
        """
        num_batches = self.count_batches(num_rows)
        batches_per_window = max(1, min(_MAX_BATCHES_PER_WINDOW, num_batches // _MIN_WINDOWS))
        file_seed, row_seed, batch_seed = (
            int(part) for part in np.random.SeedSequence([seed, epoch]).generate_state(3)
        )
        rows = _shuffled(self._rows(file_patterns, file_seed), min(num_rows, _MAX_SHUFFLE_ROWS), row_seed)
        windows = rows.batch(self.batch_size * batches_per_window).map(self._parse_window)
        batches = _shuffled(windows.flat_map(self._batches_of_window), 2 * batches_per_window, batch_seed)
        return _prefetched(batches.map(self._inputs_and_targets))

    def evaluation(self, file_patterns: list[str]) -> tf.data.Dataset:
        """One pass, sorted by length within windows; the same every time."""
        windows = self._rows(file_patterns).batch(self.batch_size * _MAX_BATCHES_PER_WINDOW).map(self._parse_window)
        return _prefetched(windows.flat_map(self._batches_of_window).map(self._inputs_and_targets))

    def count_rows(self, file_patterns: list[str]) -> int:
        """Number of rows in the files."""
        return int(self._rows(file_patterns).reduce(tf.constant(0, tf.int64), lambda total, _: total + 1))

    def count_batches(self, num_rows: int) -> int:
        """Number of batches in an epoch of so many rows."""
        return -(-num_rows // self.batch_size)

    def count_labels(self, file_patterns: list[str]) -> tuple[int, ...]:
        """How often each label occurs in the files, in the order of `labels`."""
        blocks = self._rows(file_patterns).batch(self.batch_size * _MAX_BATCHES_PER_WINDOW).map(self._count_block)
        zeros = tf.zeros([len(self.labels)], tf.int64)
        return tuple(blocks.reduce(zeros, lambda total, counts: total + counts).numpy().tolist())

    def _count_block(self, serialized: tf.Tensor) -> tf.Tensor:
        targets = self._targets(tf.io.parse_example(serialized, dict(self.feature_spec)))
        ids = tf.cast(tf.reshape(targets, [-1]), tf.int32)
        return tf.math.bincount(ids[ids >= 0], minlength=len(self.labels), dtype=tf.int64)

    def _rows(self, file_patterns: list[str], seed: int | None = None) -> tf.data.Dataset:
        """Serialized rows: file by file, or, with a seed, from all files in turns, in an order that it decides."""
        files = tf.data.Dataset.list_files(file_patterns, shuffle=False)
        if seed is None:
            return files.interleave(_read_file, cycle_length=1)
        files = _shuffled(files, files.cardinality(), seed)
        return files.interleave(_read_file, cycle_length=_NUM_OPEN_FILES)

    def _parse_window(self, serialized: tf.Tensor) -> dict[str, Any]:
        window = tf.io.parse_example(serialized, dict(self.feature_spec))
        order = tf.argsort(window["token_ids"].row_lengths(), stable=True)
        return {name: tf.gather(values, order) for name, values in window.items()}

    def _batches_of_window(self, window: dict[str, Any]) -> tf.data.Dataset:
        num_rows = window["token_ids"].nrows(out_type=tf.int64)
        starts = tf.data.Dataset.range(0, num_rows, self.batch_size)
        return starts.map(lambda start: {name: rows[start : start + self.batch_size] for name, rows in window.items()})

    def _inputs_and_targets(self, rows: dict[str, Any]) -> tuple[Any, ...]:
        if self.row_multiple == 1:
            return self._inputs(rows), self._targets(rows)
        filled, weights = _filled_up(rows, self.row_multiple)
        return self._inputs(filled), self._targets(filled), weights

    def _inputs(self, rows: dict[str, Any]) -> dict[str, tf.Tensor]:
        packed = {name: rows[name] for name in PACKED_FEATURES if name in rows}
        return network_inputs(packed, self.length_multiple, self.sequence_length)

    def _targets(self, rows: dict[str, Any]) -> tf.Tensor:
        label_columns = {
            column.name: rows[column.name]
            for column in self.task.columns
            if column.role == "label" and column.name in rows
        }
        return self.task.encode_labels(label_columns, self.labels)


def _filled_up(rows: dict[str, Any], row_multiple: int) -> tuple[dict[str, Any], tf.Tensor]:
    """Repeats the first row until the number of rows is a multiple.

    Returns:
        The rows, and their weights, float32 [batch]: 0 for repeated ones; for the others a little above 1, so that the
        mean over the batch, which is divided by all rows, is that over the others alone.
    """
    num_rows = rows["token_ids"].nrows(out_type=tf.int32)
    num_filled = -(-num_rows // row_multiple) * row_multiple
    positions = tf.range(num_filled)
    is_row = positions < num_rows
    filled = {name: tf.gather(values, tf.where(is_row, positions, 0)) for name, values in rows.items()}
    return filled, tf.where(is_row, tf.cast(num_filled / num_rows, tf.float32), 0.0)


def _shuffled(elements: tf.data.Dataset, buffer_size: Any, seed: int) -> tf.data.Dataset:
    return elements.shuffle(buffer_size, seed=seed, reshuffle_each_iteration=False)


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
