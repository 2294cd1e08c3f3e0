"""Where word pieces lie in the text as it was given."""

from typing import NamedTuple

import tensorflow as tf

from models.tokenisation.row_ids import row_ids


class Pieces(NamedTuple):
    """The word pieces of a batch of texts and where they lie; all int32 ragged [batch, (num_pieces)], of equal rows.

    Offsets count characters (Unicode code points) of the raw text, so that `text[start:end]` in Python is what a piece
    was made from. In ill-formed UTF-8, each U+FFFD of `bytes.decode("utf-8", "replace")` is one character.

    Attributes:
        ids: The pieces.
        starts: Offset of each piece's first character.
        ends: Offset after its last one. Dropped characters (accents, controls) count where they lie inside a piece, not
            at its ends. Pieces that one character was taken apart into (Hangul) all have that character's offsets.
        begins_word: 1 where a piece begins a word, 0 where it continues one (`##`). Each punctuation mark and each
            ideograph is a word.
    """

    ids: tf.RaggedTensor
    starts: tf.RaggedTensor
    ends: tf.RaggedTensor
    begins_word: tf.RaggedTensor


def character_index(texts: tf.Tensor, rows: tf.Tensor, byte_offsets: tf.Tensor) -> tf.Tensor:
    """Tells which character a byte belongs to.

    Args:
        texts: string [batch], UTF-8.
        rows: The text of each byte: int64 [num_bytes].
        byte_offsets: Its offset in that text: int64 [num_bytes].

    Returns:
        int32 [num_bytes], counted from the start of each text.
    """
    _, characters = tf.strings.unicode_decode_with_offsets(texts, "UTF-8")
    # The texts end to end, so that one search finds every byte.
    text_starts = tf.cumsum(tf.cast(tf.strings.length(texts), tf.int64), exclusive=True)
    character_starts = characters.values + tf.gather(text_starts, row_ids(characters.row_splits))
    following = tf.searchsorted(
        character_starts, tf.gather(text_starts, rows) + byte_offsets, side="right", out_type=tf.int64
    )
    return tf.cast(following - 1 - tf.gather(characters.row_splits, rows), tf.int32)
