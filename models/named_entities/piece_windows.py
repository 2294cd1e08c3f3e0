"""Cuts the pieces of texts of any length into windows that a network reads, and puts its outputs together again."""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from models.named_entities.piece_tags import NO_TAG
from models.tokenisation.row_ids import row_ids
from models.tokenisation.text_encoder import TextEncoder
from models.tokenisation.windows import Windows, cut_windows, gather_windows, owned_values


def cut_pieces(packed: Mapping[str, tf.RaggedTensor], encoder: TextEncoder, overlap: float) -> dict[str, Any]:
    """Cuts texts into windows.

    Args:
        packed: `token_ids` without special tokens and, for training, `tags`; each [batch, (pieces)].
        encoder: Packs the windows, and knows how long they may be.
        overlap: Which part of a window the next one shows again, from 0 to below 1.

    Returns:
        [num_windows, …]: packed `token_ids`, the fields of `Windows`, and `tags`, where there are any, of the window's
        pieces; `NO_TAG` for those that belong to another window.
    """
    room = encoder.sequence_length - encoder.num_special_tokens(1)
    ids = tf.cast(packed["token_ids"], tf.int32).with_row_splits_dtype(tf.int64)
    windows = cut_windows(ids.row_lengths(), capacity=room, overlap=int(room * overlap))
    rows = {**encoder.pack(gather_windows(ids, windows)), **windows._asdict()}
    if "tags" in packed:
        tags = gather_windows(packed["tags"].with_row_splits_dtype(tf.int64), windows)
        rows["tags"] = tags.with_values(tf.where(_is_owned(tags.row_splits, windows), tags.values, NO_TAG))
    return rows


def join_windows(outputs: tf.Tensor, rows: Mapping[str, Any], pieces: tf.RaggedTensor) -> tf.RaggedTensor:
    """Puts the network's outputs for windows together again.

    Args:
        outputs: [num_windows, max_length, …].
        rows: What `cut_pieces` gave.
        pieces: The `token_ids` that it was given.

    Returns:
        [batch, (pieces), …].
    """
    windows = Windows(*(rows[name] for name in Windows._fields))
    return owned_values(outputs, windows, tf.cast(pieces.row_lengths(), tf.int64), first_column=1)


def _is_owned(splits: tf.Tensor, windows: Windows) -> tf.Tensor:
    """Whether each piece of the windows, end to end, is in the window's own part: bool [num_pieces]."""
    window = row_ids(splits)
    shift = tf.gather(windows.start - splits[:-1], window)
    position = tf.range(splits[-1]) + shift
    return (position >= tf.gather(windows.owned_start, window)) & (position < tf.gather(windows.owned_end, window))
