"""Numbers by which equal texts are known."""

import tensorflow as tf


def text_ids(token_ids: tf.RaggedTensor) -> tf.Tensor:
    """A number for each row, int64 [batch], equal for rows of equal word pieces.

    Different ones share a number once in 2 to the power of 63, which is never.

    Args:
        token_ids: int ragged [batch, (length)].
    """
    pieces = tf.strings.as_string(token_ids)
    joined = tf.strings.reduce_join(pieces, axis=-1, separator=" ")
    return tf.strings.to_hash_bucket_fast(joined, 2**63 - 1)
