"""How well a network tells the pairs of a whole split."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from models.metrics.correlation import pearson, spearman
from models.metrics.pair_sample import PairSample, belongs_together, embedded_pair
from models.metrics.rank_means import accuracy_at_1, mean_reciprocal_rank


def pair_metrics(batches: Iterable[tuple[Mapping[str, Any], Any]], positive_score: float | None) -> Mapping[str, float]:
    """The metrics that the evaluation counts, by the same names and of the same value.

    Args:
        batches: Answers for pairs, as `TextEmbedding.answers_to` gives them, and float scores [batch]; NaN where a
            pair has none.
        positive_score: The score from which on pairs belong together, as those without one do.

    Returns:
        NaN for a metric that says nothing on this split.
    """
    sample = PairSample()
    scores: list[np.ndarray] = [np.zeros(0)]
    similarities: list[np.ndarray] = [np.zeros(0)]
    for answers, of_batch in batches:
        scores.append(np.asarray(of_batch))
        columns = {name: np.asarray(values) for name, values in answers.items()}
        similarities.append(columns["similarity"])
        for row, score in enumerate(scores[-1]):
            pair = {name: values[row] for name, values in columns.items()}
            sample.add(embedded_pair(pair, belongs_together(score, positive_score)))
    score, similarity = np.concatenate(scores), np.concatenate(similarities)
    has_score = ~np.isnan(score)
    ranks = sample.ranks()
    return {
        "spearman": spearman(score[has_score], similarity[has_score]),
        "pearson": pearson(score[has_score], similarity[has_score]),
        "mrr": mean_reciprocal_rank(ranks),
        "accuracy_at_1": accuracy_at_1(ranks),
    }
