"""Random numbers for the positions of rows, which follow from a row's own content and not from the batch it is in."""

import tensorflow as tf

# Steele, Lea, Flood: Fast splittable pseudorandom number generators (OOPSLA 2014), as in Java's SplittableRandom.
_INCREMENT, _FACTOR_1, _FACTOR_2 = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_NUM_DIGITS = 24
"""Binary digits of a float32."""


class RowRandomness:
    """Numbers for each position of each row: the same for equal rows and seeds, however rows are batched or padded."""

    def __init__(self, token_ids: tf.Tensor, is_piece: tf.Tensor, seed: tf.Tensor | int) -> None:
        """Hashes the rows.

        Args:
            token_ids: int32 [rows, length].
            is_piece: Which positions are no padding: bool [rows, length].
            seed: int32 [].
        """
        ids = tf.bitcast(tf.cast(token_ids, tf.int64), tf.uint64)
        self._positions = tf.broadcast_to(tf.cast(tf.range(tf.shape(token_ids)[1]), tf.uint64), tf.shape(token_ids))
        placed = _mixed(_mixed(ids) + self._positions)
        rows = tf.reduce_sum(tf.where(is_piece, placed, tf.zeros_like(placed)), axis=1, keepdims=True)
        number = tf.bitcast(tf.cast(seed, tf.int64), tf.uint64)
        self._rows = _mixed(rows + _mixed(number))

    def bits(self, purpose: int, of: tf.Tensor | None = None) -> tf.Tensor:
        """Random integers, uint64 [rows, length].

        Args:
            purpose: Others for every purpose.
            of: What equal numbers are drawn for within a row, int32 [rows, length]; None for the position.
        """
        counter = self._positions if of is None else tf.cast(of, tf.uint64)
        stream = _mixed(self._rows + tf.constant(purpose * _INCREMENT % 2**64, tf.uint64))
        return _mixed(stream + counter)

    def uniform(self, purpose: int) -> tf.Tensor:
        """Random numbers from 0 to below 1, float32 [rows, length]."""
        digits = tf.bitwise.right_shift(self.bits(purpose), tf.constant(64 - _NUM_DIGITS, tf.uint64))
        return tf.cast(tf.cast(digits, tf.int32), tf.float32) / 2.0**_NUM_DIGITS


def _mixed(numbers: tf.Tensor) -> tf.Tensor:
    numbers = numbers * tf.constant(_INCREMENT, tf.uint64)
    numbers = (numbers ^ tf.bitwise.right_shift(numbers, tf.constant(30, tf.uint64))) * tf.constant(
        _FACTOR_1, tf.uint64
    )
    numbers = (numbers ^ tf.bitwise.right_shift(numbers, tf.constant(27, tf.uint64))) * tf.constant(
        _FACTOR_2, tf.uint64
    )
    return numbers ^ tf.bitwise.right_shift(numbers, tf.constant(31, tf.uint64))
