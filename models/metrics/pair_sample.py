"""A sample of embedded pairs, in bounded memory, and how well texts find their pairs in it."""

import dataclasses
import heapq
import math
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np

MAX_PAIRS = 5_000
"""Pairs of a sample: 15 MB of vectors that are 384 wide, and twice that while they are drawn."""
_ROWS_PER_BLOCK = 500
_FRACTION_OF_GOLDEN_RATIO = 0x9E3779B97F4A7C15


@dataclasses.dataclass(frozen=True)
class EmbeddedPair:
    """A text and the other text of its pair.

    Attributes:
        text_id: Stands for the text: equal for equal texts alone.
        pair_id: Likewise for the other.
        belongs: Whether they are known to belong together.
        text: The text's unit vector, float32 [width].
        pair: The other's.
    """

    text_id: int
    pair_id: int
    belongs: bool
    text: np.ndarray
    pair: np.ndarray

    def key(self) -> int:
        """A number by which pairs are drawn: of all pairs the same, whatever their order and their vectors."""
        return (self.text_id * _FRACTION_OF_GOLDEN_RATIO + self.pair_id) % 2**64


def embedded_pair(answers: Mapping[str, Any], belongs: bool) -> EmbeddedPair:
    """A pair from what a model answers for it.

    Args:
        answers: `text_id`, `pair_id`, `embedding` and `pair_embedding` of one row.
        belongs: Whether the texts are known to belong together.
    """
    text_id, pair_id = (int(np.ravel(answers[name])[0]) for name in ("text_id", "pair_id"))
    return EmbeddedPair(text_id, pair_id, belongs, np.ravel(answers["embedding"]), np.ravel(answers["pair_embedding"]))


def belongs_together(score: float, positive_score: float | None) -> bool:
    """Whether a pair of this score is known to belong together.

    Args:
        score: As examples store it, in float32, where 0.7 is less than 0.7; NaN for a pair without one, which does.
        positive_score: The score from which on pairs do; None where none is known to.
    """
    return math.isnan(score) or (positive_score is not None and bool(score >= np.float32(positive_score)))


class PairSample:
    """The pairs with the lowest keys of all that were added; which these are does not depend on the order."""

    def __init__(self, max_pairs: int = MAX_PAIRS) -> None:
        """Begins with none.

        Args:
            max_pairs: How many to keep.
        """
        self._max_pairs = max_pairs
        self._pairs: dict[int, EmbeddedPair] = {}

    def add(self, pair: EmbeddedPair) -> None:
        """Adds a pair; of equal ones, one that is known to belong together is kept."""
        key = pair.key()
        if key not in self._pairs or pair.belongs:
            self._pairs[key] = pair
        if len(self._pairs) > 2 * self._max_pairs:
            self._shrink()

    def update(self, other: Self) -> None:
        """Adds all pairs of another sample."""
        for pair in other._pairs.values():
            self.add(pair)

    def ranks(self) -> np.ndarray:
        """For each pair that is known to belong together, the place of `pair` among all others of the sample.

        The candidates for a text are the different second texts of the sample, without the text itself and without
        others that belong to it. As near as the right one counts as nearer.

        Returns:
            int64 [pairs that belong together], from 1.
        """
        self._shrink()
        pairs = [self._pairs[key] for key in sorted(self._pairs)]
        candidates = {pair.pair_id: pair.pair for pair in pairs}
        queries = [pair for pair in pairs if pair.belongs]
        left_out: dict[int, set[int]] = {pair.text_id: {pair.text_id} for pair in queries}
        for pair in queries:
            left_out[pair.text_id].add(pair.pair_id)
        blocks = [
            _ranks(queries[start : start + _ROWS_PER_BLOCK], candidates, left_out)
            for start in range(0, len(queries), _ROWS_PER_BLOCK)
        ]
        return np.concatenate([np.zeros(0, np.int64), *blocks])

    def _shrink(self) -> None:
        if len(self._pairs) > self._max_pairs:
            self._pairs = {key: self._pairs[key] for key in heapq.nsmallest(self._max_pairs, self._pairs)}


def _ranks(
    queries: Sequence[EmbeddedPair], candidates: Mapping[int, np.ndarray], left_out: Mapping[int, set[int]]
) -> np.ndarray:
    places = {pair_id: place for place, pair_id in enumerate(candidates)}
    nearness = np.array([query.text for query in queries]) @ np.array(list(candidates.values())).T
    own = np.array([nearness[row, places[query.pair_id]] for row, query in enumerate(queries)])
    for row, query in enumerate(queries):
        nearness[row, [places[text_id] for text_id in left_out[query.text_id] if text_id in places]] = -np.inf
    ranks: np.ndarray = 1 + np.sum(nearness >= own[:, np.newaxis], axis=1)
    return ranks
