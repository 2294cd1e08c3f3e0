"""Ragged token ids to the dense tensors that a KerasHub BERT takes."""

from collections.abc import Mapping

import tensorflow as tf

PACKED_FEATURES = ("token_ids", "segment_ids")


def network_inputs(packed: Mapping[str, tf.RaggedTensor], multiple_of: int = 1) -> dict[str, tf.Tensor]:
    """Pads a batch to its longest row.

    Args:
        packed: `token_ids` and, for pairs, `segment_ids`; int ragged [batch, (length)].
        multiple_of: The padded length is rounded up to a multiple of this, so that few shapes occur.

    Returns:
        `token_ids`, `segment_ids`, `padding_mask`: int32 [batch, length]; zero on padding.
    """
    ragged_ids = packed["token_ids"]
    # The maximum of an empty batch is the lowest int64: compared before it is cast.
    longest = tf.cast(tf.maximum(tf.reduce_max(ragged_ids.row_lengths()), 1), tf.int32)
    length = -(-longest // multiple_of) * multiple_of
    shape = tf.stack([-1, length])
    token_ids = tf.cast(ragged_ids.to_tensor(shape=shape), tf.int32)
    if "segment_ids" in packed:
        segment_ids = tf.cast(packed["segment_ids"].to_tensor(shape=shape), tf.int32)
    else:
        segment_ids = tf.zeros_like(token_ids)
    padding_mask = tf.sequence_mask(ragged_ids.row_lengths(), length, dtype=tf.int32)
    return {"token_ids": token_ids, "segment_ids": segment_ids, "padding_mask": padding_mask}
