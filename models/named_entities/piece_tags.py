"""Labels the pieces of texts by the entities in these: what a network learns from."""

from collections.abc import Mapping

import tensorflow as tf

from models.named_entities.entity_strings import parse_entities
from models.named_entities.iob2_tags import BEGIN, INSIDE, OUTSIDE
from models.named_entities.labelled_words import LabelledWords, labelled_words
from models.tokenisation.row_ids import row_ids

NO_TAG = ""
"""The tag of pieces that are not labelled: those that continue a word."""


def piece_tags(entities: tf.RaggedTensor, pieces: Mapping[str, tf.RaggedTensor]) -> tf.RaggedTensor:
    """Tags of pieces, in the scheme IOB2.

    A word belongs to the entity that it shares a character with, to the last one where there are several: entities
    need not begin and end where words do. An entity of characters that the tokeniser drops is lost.

    Args:
        entities: string [batch, (entities)], as `entity_string` writes them, sorted and without overlaps.
        pieces: `starts`, `ends` and `begins_word`, each [batch, (pieces)].

    Returns:
        string [batch, (pieces)].
    """
    begins_word = pieces["begins_word"]
    tags = _word_tags(entities, labelled_words(pieces))
    word = tf.cumsum(tf.cast(begins_word.values, tf.int64)) - 1
    return begins_word.with_values(tf.where(begins_word.values == 1, tf.gather(tags, word), NO_TAG))


def _word_tags(entities: tf.RaggedTensor, words: LabelledWords) -> tf.Tensor:
    start, end, name = parse_entities(entities.values)
    # The texts end to end, so that one search finds the entities of all words.
    room = 1 + tf.reduce_max(tf.concat([[0], words.end, end], axis=0))
    offset = room * row_ids(entities.row_splits)
    # Number 0 stands for none.
    starts = tf.concat([[-1], start + offset], axis=0)
    ends = tf.concat([[-1], end + offset], axis=0)
    names = tf.concat([[""], name], axis=0)
    offset = room * words.row
    entity = tf.searchsorted(starts, words.end + offset, side="left", out_type=tf.int64) - 1
    entity = tf.where(tf.gather(ends, entity) > words.start + offset, entity, 0)
    before = tf.concat([[0], entity], axis=0)[: tf.size(entity)]
    prefix = tf.where(entity == before, INSIDE, BEGIN)
    return tf.where(entity == 0, OUTSIDE, prefix + tf.gather(names, entity))
