"""Packs the segments of pre-training examples, and the single texts of requests."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import tensorflow as tf

if TYPE_CHECKING:
    from models.tokenisation.text_encoder import TextEncoder


def pack_segments(segments: Sequence[tf.RaggedTensor], encoder: "TextEncoder") -> dict[str, tf.RaggedTensor]:
    """Packs one or two segments; a second one that is empty counts as none.

    Args:
        segments: Each int32 [batch, (num_pieces)].
        encoder: Packs.

    Returns:
        `token_ids` and, of two segments, `segment_ids`: int32 ragged [batch, (length)].
    """
    packed = encoder.pack(*segments)
    if len(segments) == 1:
        return packed
    # Without the `[SEP]` of a segment that is not there.
    is_single = tf.cast(segments[1].row_lengths() == 0, tf.int64)
    return {name: _without_last(values, tf.cast(is_single, values.row_splits.dtype)) for name, values in packed.items()}


def _without_last(values: tf.RaggedTensor, num_dropped: tf.Tensor) -> tf.RaggedTensor:
    kept = tf.ragged.range(values.row_starts(), values.row_limits() - num_dropped)
    return kept.with_flat_values(tf.gather(values.flat_values, kept.flat_values))
