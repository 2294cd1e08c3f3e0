"""Which word pieces of a context an answer is made of."""

import tensorflow as tf

from models.tokenisation.row_ids import row_ids


def answer_pieces(answers: tf.Tensor, starts: tf.RaggedTensor, ends: tf.RaggedTensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Finds the pieces that share a character with an answer.

    Args:
        answers: string [batch], as `Answer.to_bytes` writes them; empty where there is none.
        starts: Offset of each piece's first character: int [batch, (num_pieces)].
        ends: Offset after its last one.

    Returns:
        Index of the first and the last such piece, int64 [batch]; both -1 where there is none.
    """
    begin = tf.strings.regex_replace(tf.where(answers == "", "0 ", answers), r"(?s) .*", "")
    first_character = tf.strings.to_number(begin, tf.int64)
    num_characters = tf.cast(tf.strings.length(answers, "UTF8_CHAR") - tf.strings.length(begin) - 1, tf.int64)
    after_last = first_character + num_characters
    # Pieces stand in order: those that end before the answer come first, those that begin after it last.
    first = _num_at_most(ends, first_character)
    last = _num_at_most(starts, after_last - 1) - 1
    is_found = (answers != "") & (first <= last)
    return tf.where(is_found, first, -1), tf.where(is_found, last, -1)


def _num_at_most(offsets: tf.RaggedTensor, limits: tf.Tensor) -> tf.Tensor:
    """How many of the offsets of each row are not above its limit: int64 [batch]."""
    rows = row_ids(tf.cast(offsets.row_splits, tf.int64))
    is_below = tf.cast(offsets.values, tf.int64) <= tf.gather(limits, rows)
    return tf.math.unsorted_segment_sum(tf.cast(is_below, tf.int64), rows, tf.size(limits))
