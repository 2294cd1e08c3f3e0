"""Combining marks at the ends of spans: they belong to the character before, but to no word piece."""

import tensorflow as tf

_MAX_MARKS = 16
"""A letter of any language has a few; decoration may have hundreds."""


def behind_marks(texts: tf.Tensor, ends: tf.Tensor) -> tf.Tensor:
    """Moves the ends of spans behind the combining marks that follow: accents and vowel signs, which BERT drops.

    Args:
        texts: string [batch, 1], well-formed UTF-8.
        ends: Offsets in characters, where spans end: int32 [batch, n].

    Returns:
        int32 [batch, n].
    """
    following = tf.strings.substr(texts, ends, tf.fill(tf.shape(ends), _MAX_MARKS), unit="UTF8_CHAR")
    marks = tf.strings.regex_replace(following, r"(?s)^(\pM*).*$", r"\1")
    return ends + tf.strings.length(marks, unit="UTF8_CHAR")
