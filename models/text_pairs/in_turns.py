"""The rows of two tensors, in turns."""

import tensorflow as tf


def in_turns(first: tf.RaggedTensor, second: tf.RaggedTensor) -> tf.RaggedTensor:
    """The first row of each, then the second row of each, and so on.

    Args:
        first: Ragged [batch, (length)].
        second: As many rows.

    Returns:
        Ragged [2 * batch, (length)].
    """
    order = tf.range(2 * first.nrows())
    place = order // 2 + first.nrows() * (order % 2)
    return tf.gather(tf.concat([first, second], axis=0), place)
