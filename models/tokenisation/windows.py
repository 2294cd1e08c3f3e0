"""Overlapping windows over sequences that are longer than a network reads, and the way back from them."""

from typing import NamedTuple

import tensorflow as tf

from models.tokenisation.row_ids import row_ids


class Windows(NamedTuple):
    """The windows of a batch of sequences, row after row and from left to right; all int64 [num_windows].

    Attributes:
        row: Index of the sequence that a window is cut from.
        start: Position of its first element in the sequence.
        size: The number of its elements.
        owned_start: First position of the part that is the window's own: every position of a sequence belongs to one
            window, the one that shows most of what surrounds it.
        owned_end: The position after that part.
    """

    row: tf.Tensor
    start: tf.Tensor
    size: tf.Tensor
    owned_start: tf.Tensor
    owned_end: tf.Tensor


def cut_windows(lengths: tf.Tensor, capacity: tf.Tensor | int, overlap: tf.Tensor | int) -> Windows:
    """Cuts sequences into windows.

    A sequence that fits has one window, even where it is empty. Other windows are full and `capacity - overlap` apart,
    but for the last one, which is moved back as far as it would reach beyond the end.

    Args:
        lengths: int64 [batch].
        capacity: The most that a window holds: int64, a scalar or [batch].
        overlap: What neighbours share at least: int64, a scalar or [batch]. The caller sees to
            `0 <= overlap < capacity`.
    """
    capacity = tf.broadcast_to(tf.cast(capacity, tf.int64), tf.shape(lengths))
    step = capacity - tf.cast(overlap, tf.int64)
    last_start = tf.maximum(lengths - capacity, 0)
    number, splits = _ranges(tf.zeros_like(lengths), 1 - (-last_start // step))
    row = row_ids(splits)
    length, capacity, step, last_start = (tf.gather(each, row) for each in (lengths, capacity, step, last_start))
    start = tf.minimum(number * step, last_start)
    # Half-way between the middles of two neighbours: before it, the first one shows more on its smaller side. It is
    # so for any two windows of one size, so that a third one that covers the place changes nothing.
    border = ((number - 1) * step + capacity + start + 1) // 2
    owned_start = tf.where(number == 0, tf.zeros_like(border), border)
    owned_end = tf.where(start == last_start, length, tf.roll(owned_start, shift=-1, axis=0))
    return Windows(row, start, tf.minimum(length, capacity), owned_start, owned_end)


def gather_windows(values: tf.RaggedTensor, windows: Windows) -> tf.RaggedTensor:
    """Copies what the windows show.

    Args:
        values: [batch, (length), ...], of the lengths that the windows were cut for.
        windows: The windows.

    Returns:
        [num_windows, (size), ...] with int64 row splits.
    """
    starts = tf.gather(tf.cast(values.row_starts(), tf.int64), windows.row) + windows.start
    index, splits = _ranges(starts, starts + windows.size)
    return tf.RaggedTensor.from_row_splits(tf.gather(values.values, index), splits, validate=False)


def owned_values(
    outputs: tf.Tensor, windows: Windows, lengths: tf.Tensor, first_column: tf.Tensor | int = 0
) -> tf.RaggedTensor:
    """Puts a network's outputs on windows together again: each position takes that of the window it belongs to.

    Args:
        outputs: [num_windows, max_columns, ...].
        windows: The windows.
        lengths: int64 [batch], those that the windows were cut for.
        first_column: Column of each window's first element, such as 1 after a `[CLS]`: int64, a scalar or
            [num_windows].

    Returns:
        [batch, (length), ...] with int64 row splits.
    """
    shape = tf.shape(outputs, tf.int64)
    columns = tf.range(shape[0]) * shape[1] + tf.cast(first_column, tf.int64) - windows.start
    index, _ = _ranges(columns + windows.owned_start, columns + windows.owned_end)
    flat = tf.reshape(outputs, tf.concat([[-1], shape[2:]], axis=0))
    flat.set_shape([None, *outputs.shape[2:]])
    splits = tf.concat([[0], tf.cumsum(lengths)], axis=0)
    return tf.RaggedTensor.from_row_splits(tf.gather(flat, index), splits, validate=False)


def _ranges(starts: tf.Tensor, limits: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """The integers of several ranges, end to end, and the row splits between them."""
    ranges = tf.raw_ops.RaggedRange(starts=starts, limits=limits, deltas=tf.constant(1, tf.int64))
    return ranges.rt_dense_values, ranges.rt_nested_splits
