"""The threshold of each label that is best for its F1 on rows that training did not see."""

import dataclasses
from typing import Self

import numpy as np
from numpy.typing import NDArray

_CANDIDATES = np.arange(1, 100) / 100
"""Hundredths: finer ones would follow the scores of single rows."""

_PRIOR_POSITIVES = 10.0
"""How many rows of an average label count beside a label's own."""


@dataclasses.dataclass(frozen=True)
class ScoreCounts:
    """How many scores lie between neighbouring candidates, which is all that F1 at the candidates depends on.

    A label with few rows would follow their chance: with a single row of it, every threshold below that row's score
    and above the others' is perfect. So each label is given `_PRIOR_POSITIVES` rows more that have it, with the hits,
    misses and false alarms of all labels together in their mean proportions. For a label of hundreds of rows that
    changes nothing to speak of; one that no row has gets the threshold that is best for all labels, or a higher one
    where it would often be served.

    Attributes:
        positives: int64 [labels, candidates + 1], of the rows that have the label; column i counts those whose score
            reaches the first i candidates and no other.
        negatives: Likewise, of the rows that do not have it.
    """

    positives: NDArray[np.int64]
    negatives: NDArray[np.int64]

    @classmethod
    def of_no_rows(cls, num_labels: int) -> Self:
        """To begin with."""
        zeros = np.zeros((num_labels, len(_CANDIDATES) + 1), np.int64)
        return cls(zeros, zeros)

    def with_rows(self, scores: NDArray[np.float32], truth: NDArray[np.bool_]) -> Self:
        """A copy that has counted further rows.

        Args:
            scores: float32 [rows, labels].
            truth: bool [rows, labels], whether a row has a label.
        """
        # In the precision in which served scores are compared.
        places = np.searchsorted(_CANDIDATES.astype(np.float32), scores, side="right")
        labels = np.broadcast_to(np.arange(scores.shape[1]), scores.shape)
        positives, negatives = self.positives.copy(), self.negatives.copy()
        np.add.at(positives, (labels[truth], places[truth]), 1)
        np.add.at(negatives, (labels[~truth], places[~truth]), 1)
        return dataclasses.replace(self, positives=positives, negatives=negatives)

    def best_thresholds(self) -> tuple[float, ...]:
        """One for each label: the best candidate, of equal ones that nearest to 0.5; 0.5 where no row has any label."""
        hits, false_alarms = _at_least(self.positives), _at_least(self.negatives)
        num_positives = self.positives.sum(axis=1, keepdims=True)
        total = num_positives.sum()
        if not total:
            return (0.5,) * len(num_positives)
        prior = _PRIOR_POSITIVES / total
        hits = hits + prior * hits.sum(axis=0)
        false_alarms = false_alarms + prior * false_alarms.sum(axis=0)
        # TP + FN is the number of rows that have the label.
        f1 = 2 * hits / (hits + false_alarms + num_positives + _PRIOR_POSITIVES)
        from_the_middle = np.argsort(np.abs(_CANDIDATES - 0.5), kind="stable")
        return tuple(_CANDIDATES[from_the_middle[np.argmax(f1[:, from_the_middle], axis=1)]].tolist())


def _at_least(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many scores reach each candidate, [labels, candidates]."""
    return np.cumsum(counts[:, ::-1], axis=1)[:, ::-1][:, 1:]
