"""From which no-answer score on a question is better not answered."""

from collections.abc import Iterable

import numpy as np

from models.question_answering.best_spans import BestSpans
from models.tasks.interface.batch import Request


def calibrated_threshold(predictions: Iterable[tuple[BestSpans, Request]]) -> float:
    """Finds the threshold with the best F1 of word pieces; a question that is rightly not answered has 1.

    Args:
        predictions: The best spans, and the questions with `first_piece` and `last_piece` of the true answers; -1 for
            none.
    """
    scores, answered, unanswered = [np.zeros(0)], [np.zeros(0)], [np.zeros(0)]
    for spans, request in predictions:
        first, last = (request.packed[name].numpy() for name in ("first_piece", "last_piece"))
        scores.append((spans.null_score - spans.score[:, 0]).numpy())
        answered.append(_f1(spans.first[:, 0].numpy(), spans.last[:, 0].numpy(), first, last))
        unanswered.append((first < 0).astype(np.float64))
    return best_threshold(np.concatenate(scores), np.concatenate(answered), np.concatenate(unanswered))


def _f1(first: np.ndarray, last: np.ndarray, true_first: np.ndarray, true_last: np.ndarray) -> np.ndarray:
    """Twice the pieces that two spans have in common, by those that each has; 0 where there is no true one."""
    num_common = np.maximum(np.minimum(last, true_last) - np.maximum(first, true_first) + 1, 0)
    return np.where(true_first < 0, 0.0, 2 * num_common / (last - first + 1 + true_last - true_first + 1))


def best_threshold(scores: np.ndarray, answered: np.ndarray, unanswered: np.ndarray) -> float:
    """Finds the threshold that earns most.

    Args:
        scores: float [questions], the no-answer scores.
        answered: float [questions], what each question earns if it is answered.
        unanswered: float [questions], what it earns if it is not.

    Returns:
        The threshold: questions with a higher score are not answered. It lies half-way between two scores, or beyond
        all; of equally good ones it is the nearest to 0, where an answer and none are equally likely.
    """
    order = np.argsort(scores, kind="stable")
    scores = scores[order].astype(np.float64)
    # Before the first, between two, after the last.
    thresholds = np.concatenate([scores[:1] - 1, (scores[:-1] + scores[1:]) / 2, scores[-1:] + 1, [0.0]])
    num_answered = np.searchsorted(scores, thresholds, side="right")
    gains = np.concatenate([[0.0], np.cumsum(answered[order] - unanswered[order])])[num_answered]
    best = thresholds[np.isclose(gains, gains.max(), rtol=0, atol=1e-9)]
    return float(best[np.argmin(np.abs(best))])
