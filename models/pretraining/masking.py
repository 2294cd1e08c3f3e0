"""Hides pieces of texts for the model to guess (Devlin et al. 2019, section 3.1)."""

import dataclasses
from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from models.pretraining.piece_kinds import PieceKinds
from models.pretraining.row_randomness import RowRandomness
from models.tokenisation.vocabulary import Vocabulary

_MASKED, _REPLACED = 0.8, 0.1
"""Shares of the chosen pieces that become `[MASK]`, and any other piece; the rest stay as they are."""
_MAX_FIRST_WORD = 8
"""A word of so many pieces is hidden even where this is more than the fraction allows, so that short texts count."""
_ORDER, _FATE, _PIECE = 1, 2, 3
"""Purposes of random numbers."""


@dataclasses.dataclass(frozen=True)
class MaskedRows:
    """Rows with hidden pieces.

    Attributes:
        token_ids: What the network reads, int32 [rows, length].
        positions: Where it has to guess, in rising order and filled up with 0, int32 [rows, guesses].
        targets: The pieces that were there, int32 [rows, guesses]; 0 where filled up.
        weights: 1.0, and 0.0 where filled up, float32 [rows, guesses].
    """

    token_ids: tf.Tensor
    positions: tf.Tensor
    targets: tf.Tensor
    weights: tf.Tensor

    def network_inputs(self, inputs: Mapping[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        """The inputs of a network that guesses.

        Args:
            inputs: Those of a BERT, nothing hidden.
        """
        return {**inputs, "token_ids": self.token_ids, "mask_positions": self.positions}


@dataclasses.dataclass(frozen=True)
class Masking:
    """Chooses pieces and hides them.

    Attributes:
        vocabulary: Tells pieces from special tokens, and begins of words from what follows.
        fraction: Share of a row's pieces that is chosen, rounded; at least one.
        whole_words: Whether all pieces of a word are chosen together. Words that do not fit any more are passed over.
    """

    vocabulary: Vocabulary
    fraction: float
    whole_words: bool

    def mask(self, inputs: Mapping[str, tf.Tensor], seed: tf.Tensor | int) -> MaskedRows:
        """Hides pieces; which ones follows from each row and the seed.

        Args:
            inputs: `token_ids` and `padding_mask`, int32 [rows, length].
            seed: int32 [].
        """
        ids = inputs["token_ids"]
        is_piece = inputs["padding_mask"] > 0
        randomness = RowRandomness(ids, is_piece, seed)
        is_chosen = self._choose(ids, is_piece, randomness)
        positions, weights = self._positions(is_chosen)
        targets = tf.gather(ids, positions, batch_dims=1) * tf.cast(weights, tf.int32)
        return MaskedRows(self._hidden(ids, is_chosen, randomness), positions, targets, weights)

    def _choose(self, ids: tf.Tensor, is_piece: tf.Tensor, randomness: RowRandomness) -> tf.Tensor:
        kinds = PieceKinds.of(self.vocabulary)
        is_candidate = is_piece & tf.gather(tf.constant(kinds.is_ordinary), ids)
        words = _Words.of(is_candidate, tf.gather(tf.constant(kinds.continues_word), ids) & self.whole_words)
        # In random order, the pieces of each word side by side: its number, in the low digits, keeps words apart.
        number_digits = tf.constant(16, tf.int64)
        drawn = tf.bitcast(randomness.bits(_ORDER, of=words.numbers), tf.int64)
        keys = tf.bitwise.left_shift(drawn, number_digits) + tf.cast(words.numbers, tf.int64)
        order = tf.argsort(tf.where(is_candidate, keys, tf.int64.max), axis=1, stable=True)
        in_order = words.in_order(order)
        chosen = in_order.fitting(self._budget(is_candidate, words))
        return tf.gather(chosen, tf.argsort(order, axis=1), batch_dims=1)

    def _budget(self, is_candidate: tf.Tensor, words: "_Words") -> tf.Tensor:
        """How many pieces to choose, int32 [rows]; 0 in a row that has none."""
        num_candidates = tf.reduce_sum(tf.cast(is_candidate, tf.int32), axis=1)
        share = tf.cast(tf.round(self.fraction * tf.cast(num_candidates, tf.float32)), tf.int32)
        smallest = tf.reduce_min(tf.where(is_candidate, words.sizes, tf.int32.max), axis=1)
        least = tf.where(smallest <= _MAX_FIRST_WORD, smallest, 0)
        return tf.where(num_candidates > 0, tf.maximum(share, least), 0)

    def _positions(self, is_chosen: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        length = tf.shape(is_chosen)[1]
        # By the padded length: few shapes.
        num_guesses = tf.maximum(tf.cast(tf.round(self.fraction * tf.cast(length, tf.float32)), tf.int32), 1)
        if self.whole_words:
            num_guesses = tf.minimum(tf.maximum(num_guesses, _MAX_FIRST_WORD), length)
        positions = tf.sort(tf.where(is_chosen, tf.range(length), length), axis=1)[:, :num_guesses]
        is_guess = positions < length
        return tf.where(is_guess, positions, 0), tf.cast(is_guess, tf.float32)

    def _hidden(self, ids: tf.Tensor, is_chosen: tf.Tensor, randomness: RowRandomness) -> tf.Tensor:
        ordinary = tf.constant(np.flatnonzero(PieceKinds.of(self.vocabulary).is_ordinary).astype(np.int32))
        number = randomness.bits(_PIECE) % tf.cast(tf.size(ordinary), tf.uint64)
        other = tf.gather(ordinary, tf.cast(number, tf.int32))
        fate = randomness.uniform(_FATE)
        replaced = tf.where(fate < _MASKED, self.vocabulary.mask_id, tf.where(fate < _MASKED + _REPLACED, other, ids))
        return tf.where(is_chosen, replaced, ids)


@dataclasses.dataclass(frozen=True)
class _Words:
    """The words of rows, by position, int32 [rows, length] each; a row has one more, 0, for what belongs to none.

    Attributes:
        numbers: The word that a piece belongs to.
        sizes: Its number of pieces.
        ranks: Which of them this is, from 0.
    """

    numbers: tf.Tensor
    sizes: tf.Tensor
    ranks: tf.Tensor

    @classmethod
    def of(cls, is_candidate: tf.Tensor, continues: tf.Tensor) -> "_Words":
        follows_candidate = tf.pad(is_candidate[:, :-1], [[0, 0], [1, 0]])
        begins = is_candidate & ~(continues & follows_candidate)
        numbers = tf.where(is_candidate, tf.cumsum(tf.cast(begins, tf.int32), axis=1), 0)
        shape = tf.shape(numbers)
        num_words = shape[1] + 1
        flat = tf.reshape(numbers + tf.range(shape[0])[:, tf.newaxis] * num_words, [-1])
        positions = tf.reshape(tf.broadcast_to(tf.range(shape[1]), shape), [-1])
        sizes = tf.math.unsorted_segment_sum(tf.ones_like(flat), flat, shape[0] * num_words)
        firsts = tf.math.unsorted_segment_min(positions, flat, shape[0] * num_words)
        ranks = tf.reshape(positions - tf.gather(firsts, flat), shape)
        return cls(numbers, tf.reshape(tf.gather(sizes, flat), shape), ranks)

    def in_order(self, order: tf.Tensor) -> "_Words":
        """The same in another order of positions, in which the pieces of a word lie side by side."""
        return _Words(*(tf.gather(each, order, batch_dims=1) for each in (self.numbers, self.sizes, self.ranks)))

    def fitting(self, budget: tf.Tensor) -> tf.Tensor:
        """The words that fit into a number of pieces, as they come; bool [rows, length].

        Args:
            budget: int32 [rows].
        """
        chosen = tf.zeros_like(self.numbers, tf.bool)
        # Once more, for what those have left over that did not fit.
        for _ in range(2):
            rest = (budget - tf.reduce_sum(tf.cast(chosen, tf.int32), axis=1))[:, tf.newaxis]
            can_be_chosen = (self.numbers > 0) & ~chosen & (self.sizes <= rest)
            before = tf.cumsum(tf.cast(can_be_chosen, tf.int32), axis=1, exclusive=True) - self.ranks
            chosen |= can_be_chosen & (before + self.sizes <= rest)
        return chosen
