"""Reads entities from a network's outputs for the pieces of texts, in a graph."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import tensorflow as tf

from models.named_entities.labelled_words import labelled_words
from models.named_entities.likeliest_tags import likeliest_tags
from models.tokenisation.combining_marks import behind_marks


class DecodedEntities(NamedTuple):
    """Entities of a batch in the order of their places; ragged [batch, (entities)].

    Attributes:
        types: Their types: string.
        texts: What the texts have there: string.
        starts: Offset of the first character: int32.
        ends: Offset after the last one: int32.
        scores: The mean over the entity's words of the probability of the word's tag: float32.
    """

    types: tf.RaggedTensor
    texts: tf.RaggedTensor
    starts: tf.RaggedTensor
    ends: tf.RaggedTensor
    scores: tf.RaggedTensor


def decode_entities(
    logits: tf.RaggedTensor, pieces: Mapping[str, tf.RaggedTensor], texts: tf.Tensor, types: Sequence[str]
) -> DecodedEntities:
    """Takes the likeliest tags of the words, each entity of which begins with `B-`, and reads the entities from them.

    Args:
        logits: float32 [batch, (pieces), tags], tags in the order of `iob2_tags`.
        pieces: `starts`, `ends` and `begins_word`, each [batch, (pieces)].
        texts: The raw texts, string [batch].
        types: The names of the entity types.
    """
    words = labelled_words(pieces)
    batch = tf.range(tf.size(texts, tf.int64) + 1)
    word_splits = tf.searchsorted(words.row, batch, side="left", out_type=tf.int64)
    log_probabilities = tf.nn.log_softmax(tf.gather(logits.values, words.piece))
    tag = likeliest_tags(tf.RaggedTensor.from_row_splits(log_probabilities, word_splits, validate=False))
    probability = tf.exp(tf.gather(log_probabilities, tag, batch_dims=1))
    begins = tag % 2 == 1
    first, inside = tf.where(begins)[:, 0], tf.where(tag > 0)[:, 0]
    entity = tf.gather(tf.cumsum(tf.cast(begins, tf.int64)) - 1, inside)
    row, start = tf.gather(words.row, first), tf.gather(words.start, first)
    # The offsets of ill-formed UTF-8 count in code points.
    characters = tf.strings.unicode_decode(texts, "UTF-8")
    end = behind_marks(characters, row, tf.math.segment_max(tf.gather(words.end, inside), entity))
    score = tf.math.segment_mean(tf.gather(probability, inside), entity)
    splits = tf.searchsorted(row, batch, side="left", out_type=tf.int64)
    values = (
        tf.gather(tf.constant(types), (tf.gather(tag, first) - 1) // 2),
        _parts(characters, row, start, end),
        tf.cast(start, tf.int32),
        tf.cast(end, tf.int32),
        score,
    )
    return DecodedEntities(*(tf.RaggedTensor.from_row_splits(each, splits, validate=False) for each in values))


def _parts(characters: tf.RaggedTensor, row: tf.Tensor, start: tf.Tensor, end: tf.Tensor) -> tf.Tensor:
    """What texts have at places, string [num_places]."""
    first = tf.gather(characters.row_splits, row)
    ranges = tf.raw_ops.RaggedRange(starts=first + start, limits=first + end, deltas=tf.constant(1, tf.int64))
    found = tf.RaggedTensor.from_row_splits(
        tf.gather(characters.values, ranges.rt_dense_values), ranges.rt_nested_splits, validate=False
    )
    return tf.strings.unicode_encode(found, "UTF-8")
