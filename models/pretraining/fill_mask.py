"""Texts with `[MASK]` in them: how they are read, and what is answered."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import tensorflow as tf

from models.pretraining.piece_kinds import PieceKinds
from models.tokenisation.vocabulary import Vocabulary

if TYPE_CHECKING:
    from models.tokenisation.text_encoder import TextEncoder

MASK = "[MASK]"


def tokenize_masked(texts: tf.Tensor, encoder: "TextEncoder") -> tf.RaggedTensor:
    """Tokenises texts in which `[MASK]` stands for the token of that name, and not for four words.

    Args:
        texts: string [batch].
        encoder: Tokenises what lies between.

    Returns:
        int32 [batch, (num_pieces)].
    """
    parts = tf.strings.split(texts, MASK)
    pieces = encoder.tokenize(parts.flat_values)
    # Behind each part but the last of a text.
    number = tf.size(parts.flat_values, tf.int64)
    has_mask = ~tf.scatter_nd(_last_parts(parts), tf.ones_like(_last_parts(parts)[:, 0], tf.bool), [number])
    masks = tf.RaggedTensor.from_row_lengths(
        tf.fill([tf.reduce_sum(tf.cast(has_mask, tf.int64))], encoder.vocabulary.mask_id),
        tf.cast(has_mask, tf.int64),
        validate=False,
    )
    joined = tf.concat([pieces.with_row_splits_dtype(tf.int64), masks], axis=1)
    return tf.RaggedTensor.from_row_splits(
        joined.flat_values, tf.gather(joined.row_splits, parts.row_splits), validate=False
    )


def mask_positions(token_ids: tf.Tensor, mask_id: int) -> tf.Tensor:
    """Where `[MASK]` stands: int32 [rows, most masks of a row, or 1], in order, filled up with 0.

    Args:
        token_ids: int32 [rows, length].
        mask_id: Its id.
    """
    is_mask = token_ids == mask_id
    length = tf.shape(token_ids)[1]
    # Of no rows the maximum is the lowest integer; and Keras 3.15 cannot look up no positions in no rows.
    most = tf.maximum(tf.reduce_max(tf.reduce_sum(tf.cast(is_mask, tf.int32), axis=1)), 1)
    positions = tf.sort(tf.where(is_mask, tf.range(length), length), axis=1)[:, :most]
    return tf.where(positions < length, positions, 0)


def guesses(logits: tf.Tensor, vocabulary: Vocabulary, k: int) -> dict[str, tf.Tensor]:
    """The likeliest pieces for each mask; special tokens are none.

    Args:
        logits: float32 [rows, masks, tokens].
        vocabulary: The pieces.
        k: How many.

    Returns:
        `tokens` string and `scores` float32 (their probabilities), [rows, masks, k], the best first.
    """
    is_ordinary = PieceKinds.of(vocabulary).is_ordinary
    k = min(k, int(np.count_nonzero(is_ordinary)))
    # The embedding may have more rows than there are tokens.
    probabilities = tf.nn.softmax(logits)[..., : vocabulary.size]
    best = tf.math.top_k(tf.where(tf.constant(is_ordinary), probabilities, -1.0), k)
    return {"tokens": tf.gather(tf.constant(vocabulary.tokens), best.indices), "scores": best.values}


def answers_to_masks(texts: tf.Tensor, positions: tf.Tensor, found: Mapping[str, tf.Tensor]) -> dict[str, tf.Tensor]:
    """What is served for texts with masks.

    Args:
        texts: string [batch].
        positions: `mask_positions` of the rows made of them; masks that are cut off have none.
        found: What `guesses` gave for these.

    Returns:
        `tokens` and `scores`, empty and 0 beyond the masks of a text; and `filled`, string [batch]: the texts with the
        best piece in the place of each mask, but for those that are cut off.
    """
    most = tf.maximum(tf.reduce_max(tf.math.count_nonzero(positions, axis=1, dtype=tf.int32)), 0)
    is_mask = positions[:, :most] > 0
    tokens = tf.where(is_mask[..., tf.newaxis], found["tokens"][:, :most], "")
    scores = tf.where(is_mask[..., tf.newaxis], found["scores"][:, :most], 0.0)
    return {"tokens": tokens, "scores": scores, "filled": _filled(texts, tokens[..., 0], is_mask)}


def _filled(texts: tf.Tensor, best: tf.Tensor, is_mask: tf.Tensor) -> tf.Tensor:
    parts = tf.strings.split(texts, MASK)
    num_guessed = tf.cast(tf.reduce_sum(tf.cast(is_mask, tf.int32), axis=1), tf.int64)
    num_masks = tf.maximum(parts.row_lengths() - 1, 0)
    guessed = tf.RaggedTensor.from_tensor(best, lengths=tf.minimum(num_guessed, num_masks))
    kept = tf.RaggedTensor.from_row_lengths(
        tf.fill([tf.reduce_sum(num_masks - guessed.row_lengths())], MASK), num_masks - guessed.row_lengths()
    )
    # As long as the parts: nothing follows the last one.
    end = tf.RaggedTensor.from_row_lengths(
        tf.fill([tf.reduce_sum(parts.row_lengths() - num_masks)], ""), parts.row_lengths() - num_masks
    )
    following = tf.concat([guessed, kept, end], axis=1).flat_values
    # A piece that continues a word is put right behind it.
    continues = tf.strings.regex_full_match(following, "##.+")
    before = tf.where(continues, tf.strings.regex_replace(parts.flat_values, r"\s+$", ""), parts.flat_values)
    joined = tf.strings.join([before, tf.strings.regex_replace(following, "^##", "")])
    return tf.strings.reduce_join(parts.with_values(joined), axis=-1)


def _last_parts(parts: tf.RaggedTensor) -> tf.Tensor:
    """The places of the last parts of texts among all, int64 [texts with parts, 1]."""
    limits = tf.boolean_mask(parts.row_limits(), parts.row_lengths() > 0)
    return (limits - 1)[:, tf.newaxis]
