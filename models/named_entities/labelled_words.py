"""The words of tokenised texts, which are what is labelled: each by its first piece."""

from collections.abc import Mapping
from typing import NamedTuple

import tensorflow as tf

from models.tokenisation.row_ids import row_ids


class LabelledWords(NamedTuple):
    """The words of a batch, text after text; all int64 [num_words].

    A word is what BERT splits texts into before it looks for pieces: what stands between white space, with each
    punctuation mark and each ideograph a word of its own.

    Attributes:
        piece: The number of its first piece among those of all texts.
        row: The number of its text.
        start: Offset of its first character in that text.
        end: Offset after its last one.
    """

    piece: tf.Tensor
    row: tf.Tensor
    start: tf.Tensor
    end: tf.Tensor


def labelled_words(pieces: Mapping[str, tf.RaggedTensor]) -> LabelledWords:
    """Finds the words.

    Args:
        pieces: `starts`, `ends` and `begins_word` as `models.tokenisation.piece_offsets` tells, each [batch, (pieces)].
    """
    begins_word = pieces["begins_word"]
    piece = tf.where(begins_word.values == 1)[:, 0]
    last_piece = tf.concat([piece[1:], [tf.size(begins_word.values, tf.int64)]], axis=0)[: tf.size(piece)] - 1
    return LabelledWords(
        piece,
        row=tf.gather(row_ids(tf.cast(begins_word.row_splits, tf.int64)), piece),
        start=tf.cast(tf.gather(pieces["starts"].values, piece), tf.int64),
        end=tf.cast(tf.gather(pieces["ends"].values, last_piece), tf.int64),
    )
