import math

import hypothesis
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import strategies as st

from models.tokenisation.windows import Windows, cut_windows, gather_windows, owned_values

Row = tuple[int, int, int]
"""Length, capacity, overlap."""

ROWS = st.integers(1, 12).flatmap(
    lambda capacity: st.tuples(st.integers(0, 60), st.just(capacity), st.integers(0, capacity - 1))
)
BATCHES = st.lists(ROWS, max_size=8)


def cut(rows: list[Row]) -> Windows:
    lengths, capacities, overlaps = np.array(rows, np.int64).reshape(-1, 3).T
    return cut_windows(tf.constant(lengths), tf.constant(capacities), tf.constant(overlaps))


def expected_starts(length: int, capacity: int, overlap: int) -> list[int]:
    starts = [0]
    while starts[-1] + capacity < length:
        starts.append(min(starts[-1] + capacity - overlap, length - capacity))
    return starts


def owner(position: int, starts: list[int], length: int, capacity: int) -> int:
    """The window with most context, found by looking at every one."""

    def context(start: int) -> float:
        end = min(start + capacity, length)
        if not start <= position < end:
            return -1
        before = position - start if start > 0 else math.inf
        after = end - 1 - position if end < length else math.inf
        return min(before, after)

    return max(range(len(starts)), key=lambda index: context(starts[index]))


@hypothesis.settings(deadline=None)
@hypothesis.given(rows=BATCHES)
def test_windows_are_those_of_a_walk_over_each_sequence(rows: list[Row]) -> None:
    starts = [(row, start) for row, values in enumerate(rows) for start in expected_starts(*values)]
    windows = cut(rows)
    assert {each.dtype for each in windows} == {tf.int64}
    assert list(zip(windows.row.numpy(), windows.start.numpy(), strict=True)) == starts
    assert windows.size.numpy().tolist() == [min(rows[row][:2]) for row, _ in starts]


@hypothesis.settings(deadline=None)
@hypothesis.given(rows=BATCHES)
def test_each_position_belongs_to_the_window_with_most_context(rows: list[Row]) -> None:
    windows = cut(rows)
    owned = zip(windows.row.numpy(), windows.owned_start.numpy(), windows.owned_end.numpy(), strict=True)
    ours = [(row, index, position) for index, (row, *part) in enumerate(owned) for position in range(*part)]
    expected, first = [], 0
    for row, (length, capacity, overlap) in enumerate(rows):
        starts = expected_starts(length, capacity, overlap)
        expected += [(row, first + owner(each, starts, length, capacity), each) for each in range(length)]
        first += len(starts)
    assert ours == expected


@hypothesis.settings(deadline=None)
@hypothesis.given(rows=BATCHES, splits_dtype=st.sampled_from([tf.int32, tf.int64]), first_column=st.integers(0, 2))
def test_what_was_cut_comes_together_again(rows: list[Row], splits_dtype: tf.DType, first_column: int) -> None:
    lengths = [length for length, _, _ in rows]
    sequences = tf.RaggedTensor.from_row_lengths(tf.range(sum(lengths)), tf.constant(lengths, splits_dtype))
    windows = cut(rows)
    shown = gather_windows(sequences, windows)
    assert shown.row_lengths().numpy().tolist() == windows.size.numpy().tolist()
    outputs = tf.pad(shown.to_tensor(-1), [[0, 0], [first_column, 3]])
    again = owned_values(outputs, windows, tf.constant(lengths, tf.int64), first_column)
    assert again.to_list() == sequences.to_list()


def test_windows_show_their_part_of_the_sequence() -> None:
    sequences = tf.ragged.constant([[1, 2, 3, 4, 5, 6], [], [7, 8, 9]], tf.int32)
    windows = cut_windows(sequences.row_lengths(), capacity=3, overlap=1)
    assert gather_windows(sequences, windows).to_list() == [[1, 2, 3], [3, 4, 5], [4, 5, 6], [], [7, 8, 9]]
    assert windows.owned_start.numpy().tolist() == [0, 3, 4, 0, 0]
    assert windows.owned_end.numpy().tolist() == [3, 4, 6, 0, 3]


def test_values_and_outputs_may_have_inner_dimensions_and_columns_of_their_own() -> None:
    lengths = tf.constant([5, 2], tf.int64)
    windows = cut_windows(lengths, capacity=3, overlap=0)
    values = tf.RaggedTensor.from_row_lengths(tf.reshape(tf.range(14.0), [7, 2]), lengths)
    shown = gather_windows(values, windows)
    assert shown.to_tensor().shape == [3, 3, 2]
    shifts = [2, 0, 1]
    outputs = tf.stack(
        [
            tf.roll(row, shift, 0)
            for row, shift in zip(tf.pad(shown.to_tensor(), [[0, 0], [0, 2], [0, 0]]), shifts, strict=True)
        ]
    )
    again = owned_values(outputs, windows, lengths, tf.constant(shifts, tf.int64))
    assert again.shape.as_list() == [2, None, 2]
    assert again.to_list() == values.to_list()


@pytest.mark.parametrize("inner", [[], [4]])
def test_a_graph_knows_inner_dimensions_and_takes_an_empty_batch(inner: list[int]) -> None:
    @tf.function(input_signature=[tf.RaggedTensorSpec([None, None, *inner], tf.float32, ragged_rank=1)])
    def there_and_back(values: tf.RaggedTensor) -> tf.RaggedTensor:
        lengths = values.row_lengths()
        windows = cut_windows(lengths, 4, 2)
        again = owned_values(gather_windows(values, windows).to_tensor(), windows, lengths)
        assert again.shape[2:].as_list() == inner
        return again

    for lengths in ([], [0], [9, 4, 0, 5]):
        values = tf.RaggedTensor.from_row_lengths(tf.random.normal([sum(lengths), *inner]), np.array(lengths, np.int64))
        assert there_and_back(values).to_list() == values.to_list()
