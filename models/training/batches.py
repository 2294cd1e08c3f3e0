"""Batches of rows of like length, from Transform's examples; every row occurs exactly once in an epoch."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import tensorflow as tf

from models.labels import label_ids
from models.network_inputs import PACKED_FEATURES, network_inputs
from models.tasks.interface.batch import TrainingBatch
from models.tasks.interface.facts import Facts
from models.tasks.interface.task import Task
from models.tokenisation.text_encoder import TextEncoder

_LENGTH_MULTIPLE = 2
"""Padded lengths are multiples of this: hardly any padding, and few enough shapes for the caches of a CPU's kernels."""
_GPU_LENGTH_MULTIPLE = 8
"""What the matrix units of GPUs work in."""
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
        task: Makes rows, targets and weights.
        facts: What the task knows of the data.
        encoder: Packs rows, where the task does so this late.
        feature_spec: Transform's `transformed_feature_spec()`.
        batch_size: Rows in a batch; one of an epoch may have fewer.
        length_multiple: Padded lengths are multiples of this.
        row_multiple: Batches are filled up to a multiple of this many rows; above 1, rows that fill up weigh nothing.
    """

    task: Task
    facts: Facts
    encoder: TextEncoder
    feature_spec: Mapping[str, Any]
    batch_size: int
    length_multiple: int = _LENGTH_MULTIPLE
    row_multiple: int = 1

    def for_gpus(self) -> Self:
        """A copy whose batches suit the matrix units of GPUs."""
        return dataclasses.replace(self, length_multiple=_GPU_LENGTH_MULTIPLE)

    def with_few_shapes(self) -> Self:
        """A copy whose batches have few shapes, for compilers that begin anew with each."""
        return dataclasses.replace(self, length_multiple=_FEW_SHAPES_LENGTH_MULTIPLE, row_multiple=self.batch_size)

    def with_facts(self, facts: Facts) -> Self:
        """A copy that knows more."""
        return dataclasses.replace(self, facts=facts)

    def training(self, file_patterns: list[str], num_rows: int, seed: int, epoch: int) -> tf.data.Dataset:
        """One epoch: the same batches in every process, whichever epochs came before; another order in each epoch.

        Args:
            file_patterns: The split's files.
            num_rows: Rows that are made of them, as `count_rows` counts.
            seed: Decides the orders, together with TensorFlow's global seed.
            epoch: Which epoch, from 0.

        Returns:
            Inputs and targets, and weights where there are any, as the task's `training_batch` makes them.
        """
        num_batches = self.count_batches(num_rows)
        batches_per_window = max(1, min(_MAX_BATCHES_PER_WINDOW, num_batches // _MIN_WINDOWS))
        file_seed, row_seed, batch_seed, task_seed = (
            int(part) for part in np.random.SeedSequence([seed, epoch]).generate_state(4)
        )
        examples = _shuffled(self._examples(file_patterns, file_seed), min(num_rows, _MAX_SHUFFLE_ROWS), row_seed)
        blocks = self._blocks(examples, self.batch_size * batches_per_window)
        batches = _shuffled(blocks.flat_map(self._batches_of_block), 2 * batches_per_window, batch_seed)
        return self._ready(batches, task_seed)

    def evaluation(self, file_patterns: list[str]) -> tf.data.Dataset:
        """One pass, sorted by length within blocks; the same every time."""
        blocks = self._blocks(self._examples(file_patterns), self.batch_size * _MAX_BATCHES_PER_WINDOW)
        return self._ready(blocks.flat_map(self._batches_of_block), seed=0)

    def requests(self, file_patterns: list[str]) -> tf.data.Dataset:
        """One pass over examples that are kept whole, whatever rows they make.

        Args:
            file_patterns: The split's files.

        Returns:
            Triples of the examples of a batch, the rows made of them, and the network's inputs.
        """

        def triple(packed: dict[str, Any]) -> tuple[Any, ...]:
            rows = self.task.windows(packed, self.encoder)
            return packed, rows, self._inputs(rows)

        return _prefetched(self._parsed(file_patterns, self.batch_size).map(triple))

    def parsed(self, file_patterns: list[str]) -> tf.data.Dataset:
        """One pass over blocks of examples, as Transform left them."""
        return _prefetched(self._parsed(file_patterns, self.batch_size * _MAX_BATCHES_PER_WINDOW))

    def count_rows(self, file_patterns: list[str]) -> int:
        """Number of rows that are made of the files: of their examples, or of these examples' windows."""
        if not self.task.cuts_windows:
            examples = self._examples(file_patterns)
            return int(examples.reduce(tf.constant(0, tf.int64), lambda total, _: total + 1))
        blocks = self.parsed(file_patterns).map(lambda packed: _num_rows(self.task.windows(packed, self.encoder)))
        return int(blocks.reduce(tf.constant(0, tf.int64), lambda total, rows: total + rows))

    def count_batches(self, num_rows: int) -> int:
        """Number of batches in an epoch of so many rows."""
        return -(-num_rows // self.batch_size)

    def count_labels(self, file_patterns: list[str]) -> tuple[int, ...]:
        """How often each label occurs in the files, in the order of the label vocabulary."""
        blocks = self.parsed(file_patterns).map(self._count_block)
        zeros = tf.zeros([len(self.facts.labels)], tf.int64)
        return tuple(blocks.reduce(zeros, lambda total, counts: total + counts).numpy().tolist())

    def _count_block(self, packed: dict[str, Any]) -> tf.Tensor:
        names = packed[self.task.label_feature or ""]
        ids = label_ids(getattr(names, "flat_values", names), self.facts.labels)
        return tf.math.bincount(tf.cast(ids[ids >= 0], tf.int32), minlength=len(self.facts.labels), dtype=tf.int64)

    def _examples(self, file_patterns: list[str], seed: int | None = None) -> tf.data.Dataset:
        """Serialized examples: file by file, or, with a seed, from all files in turns, in an order that it decides."""
        files = tf.data.Dataset.list_files(file_patterns, shuffle=False)
        if seed is None:
            return files.interleave(_read_file, cycle_length=1)
        files = _shuffled(files, files.cardinality(), seed)
        return files.interleave(_read_file, cycle_length=_NUM_OPEN_FILES)

    def _parsed(self, file_patterns: list[str], batch_size: int) -> tf.data.Dataset:
        return self._examples(file_patterns).batch(batch_size).map(self._parse)

    def _parse(self, serialized: tf.Tensor) -> dict[str, Any]:
        parsed: dict[str, Any] = tf.io.parse_example(serialized, dict(self.feature_spec))
        return parsed

    def _blocks(self, examples: tf.data.Dataset, num_rows: int) -> tf.data.Dataset:
        """Blocks of exactly so many rows but for the last one, each sorted by length."""
        blocks = examples.batch(num_rows).map(self._parse)
        if self.task.cuts_windows:
            blocks = blocks.map(lambda packed: self.task.windows(packed, self.encoder)).unbatch().ragged_batch(num_rows)
        return blocks.map(self._sorted_by_length)

    def _sorted_by_length(self, block: dict[str, Any]) -> dict[str, Any]:
        order = tf.argsort(self.task.row_lengths(block), stable=True)
        return {name: tf.gather(values, order) for name, values in block.items()}

    def _batches_of_block(self, block: dict[str, Any]) -> tf.data.Dataset:
        starts = tf.data.Dataset.range(0, _num_rows(block), self.batch_size)
        return starts.map(lambda start: {name: rows[start : start + self.batch_size] for name, rows in block.items()})

    def _ready(self, batches: tf.data.Dataset, seed: int) -> tf.data.Dataset:
        def ready(index: tf.Tensor, rows: dict[str, Any]) -> tuple[Any, ...]:
            stateless = tf.stack([tf.bitcast(tf.constant(seed, tf.uint32), tf.int32), tf.cast(index, tf.int32)])
            return self._training_batch(rows, stateless)

        return _prefetched(batches.enumerate().map(ready))

    def _training_batch(self, rows: dict[str, Any], seed: tf.Tensor) -> tuple[Any, ...]:
        weights = None
        if self.row_multiple > 1:
            rows, weights = _filled_up(rows, self.row_multiple)
        # Rows that a task cuts are cut already, since they are counted; those of a batch that belong together come now.
        rows = rows if self.task.cuts_windows else dict(self.task.windows(rows, self.encoder))
        batch = self.task.training_batch(rows, self._inputs(rows), self.facts, seed)
        all_weights = batch.weights if weights is None else _weighted(batch, weights)
        return (batch.inputs, batch.targets) if all_weights is None else (batch.inputs, batch.targets, all_weights)

    def _inputs(self, rows: Mapping[str, Any]) -> dict[str, tf.Tensor]:
        packed = {name: rows[name] for name in PACKED_FEATURES if name in rows}
        return network_inputs(packed, self.length_multiple, self.encoder.sequence_length)


def _num_rows(rows: Mapping[str, Any]) -> tf.Tensor:
    return rows["token_ids"].nrows(out_type=tf.int64)


def _weighted(batch: TrainingBatch, row_weights: tf.Tensor) -> Any:
    """The task's weights times those of rows; the latter alone, for each target, where the task has none."""
    if batch.weights is None:
        return tf.nest.map_structure(lambda _: row_weights, batch.targets)
    return tf.nest.map_structure(
        lambda own: own * tf.reshape(row_weights, [-1] + [1] * (own.shape.rank - 1)), batch.weights
    )


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
