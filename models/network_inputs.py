"""Ragged token ids to the dense tensors that a KerasHub BERT takes."""

from collections.abc import Mapping

import tensorflow as tf

PACKED_FEATURES = ("token_ids", "segment_ids")


def network_inputs(
    packed: Mapping[str, tf.RaggedTensor], multiple_of: int = 1, max_length: int | None = None
) -> dict[str, tf.Tensor]:
    """Pads a batch to its longest row.

    Args:
        packed: `token_ids` and, for pairs, `segment_ids`; int ragged [batch, (length)].
        multiple_of: The padded length is rounded up to a multiple of this, so that few shapes occur.
        max_length: The padded length is never more than this, however it is rounded: the network has no position
            further on.

    Returns:
        `token_ids`, `segment_ids`, `padding_mask`: int32 [batch, length]; zero on padding, also where a family
        pads with another id, since nothing attends to what the mask leaves out.
    """
    ragged_ids = packed["token_ids"]
    # The maximum of an empty batch is the lowest int64: compared before it is cast.
    longest = tf.cast(tf.maximum(tf.reduce_max(ragged_ids.row_lengths()), 1), tf.int32)
    length = -(-longest // multiple_of) * multiple_of
    if max_length is not None:
        length = tf.minimum(length, max_length)
    shape = tf.stack([-1, length])
    token_ids = tf.cast(ragged_ids.to_tensor(shape=shape), tf.int32)
    if "segment_ids" in packed:
        segment_ids = tf.cast(packed["segment_ids"].to_tensor(shape=shape), tf.int32)
    else:
        segment_ids = tf.zeros_like(token_ids)
    padding_mask = tf.sequence_mask(ragged_ids.row_lengths(), length, dtype=tf.int32)
    return {"token_ids": token_ids, "segment_ids": segment_ids, "padding_mask": padding_mask}
