"""The marks that belong to the character before them, such as an accent or a vowel sign, in a graph."""

import functools
import itertools
import sys
import unicodedata

import tensorflow as tf


def behind_marks(characters: tf.RaggedTensor, row: tf.Tensor, end: tf.Tensor) -> tf.Tensor:
    """Moves the ends of spans behind the marks that follow there.

    Uncased models drop these marks, so that the pieces of a word end before them; no person would end a word there.

    Args:
        characters: The code points of texts: int32 [batch, (characters)].
        row: The text of each span: int64 [num_spans].
        end: Offset of its end, up to the text's length: int64 [num_spans].

    Returns:
        int64 [num_spans].
    """
    range_number = tf.searchsorted(tf.constant(_mark_borders()), characters.values, side="right")
    base = tf.where(range_number % 2 == 0)[:, 0]
    splits = tf.cast(characters.row_splits, tf.int64)
    following = tf.searchsorted(base, tf.gather(splits, row) + end, side="left", out_type=tf.int64)
    next_base = tf.gather(tf.concat([base, splits[-1:]], axis=0), following)
    return tf.minimum(next_base, tf.gather(splits, row + 1)) - tf.gather(splits, row)


@functools.cache
def _mark_borders() -> tuple[int, ...]:
    """Where ranges of marks begin and, by turns, end, in rising order."""
    marks = [unicodedata.category(chr(code)).startswith("M") for code in range(sys.maxunicode + 1)]
    return tuple(code for code, (before, mark) in enumerate(itertools.pairwise([False, *marks])) if before != mark)
