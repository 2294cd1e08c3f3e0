"""The rows of a ragged tensor's values."""

import tensorflow as tf


def row_ids(splits: tf.Tensor) -> tf.Tensor:
    """The row of each flat value, int64 [num_values].

    `RaggedTensor.value_rowids` gives the same by way of a dense matrix, as wide as the longest row.

    Args:
        splits: int64 [num_rows + 1].
    """
    return tf.searchsorted(splits, tf.range(splits[-1]), side="right", out_type=tf.int64) - 1
