import numpy as np
import pytest
import tensorflow as tf

from models.question_answering.best_spans import BestSpans
from models.question_answering.no_answer_threshold import best_threshold, calibrated_threshold
from models.tasks.interface.batch import Request


def _earned(threshold: float, scores: np.ndarray, answered: np.ndarray, unanswered: np.ndarray) -> float:
    return float(np.where(scores > threshold, unanswered, answered).sum())


@pytest.mark.parametrize("seed", range(20))
def test_no_other_threshold_earns_more(seed: int) -> None:
    numbers = np.random.default_rng(seed)
    # Many equal scores.
    scores = numbers.integers(-8, 9, 60) / 4
    answered, unanswered = numbers.random(60), numbers.integers(0, 2, 60).astype(float)
    threshold = best_threshold(scores, answered, unanswered)
    earned = _earned(threshold, scores, answered, unanswered)
    tried = np.arange(-3, 3, 0.03125)
    everywhere = [_earned(each, scores, answered, unanswered) for each in tried]
    assert earned == pytest.approx(max(everywhere))
    as_good = tried[np.isclose(everywhere, earned)]
    # Of the good ones the nearest to 0, but that it is half-way between two scores or 1 beyond all.
    assert abs(threshold) <= np.abs(as_good).min() + 1


@pytest.mark.parametrize(
    ("scores", "answered", "unanswered", "expected"),
    [
        ([-5.0, -1.0, 3.0, 7.0], [1, 1, 0, 0], [0, 0, 1, 1], 0.0),
        ([2.0, 4.0, 6.0], [1, 0, 0], [0, 1, 1], 3.0),
        ([-9.0, -7.0, -1.0], [1, 0, 0], [0, 1, 1], -8.0),
        # All answered, none answered, all the same.
        ([2.0, 4.0], [1, 1], [0, 0], 5.0),
        ([-2.0, -4.0], [0, 0], [1, 1], -5.0),
        ([2.0, -4.0], [0, 0], [0, 0], 0.0),
        ([], [], [], 0.0),
    ],
)
def test_it_lies_between_what_it_parts(
    scores: list[float], answered: list[float], unanswered: list[float], expected: float
) -> None:
    assert best_threshold(*(np.array(values, float) for values in (scores, answered, unanswered))) == expected


def test_it_is_found_over_all_batches() -> None:
    """Of questions with scores 1, 2, 3, 4 the second is answered rightly, the first in part, the others have none."""
    batches = []
    for scores, spans, truths in (
        ([-2.0, -4.0], [(3, 6), (9, 9)], [(5, 6), (-1, -1)]),
        ([-1.0, -3.0], [(0, 0), (2, 2)], [(0, 0), (-1, -1)]),
    ):
        first, last = (tf.constant(side, tf.int64) for side in zip(*spans, strict=True))
        best = BestSpans(first[:, tf.newaxis], last[:, tf.newaxis], tf.zeros([2, 1]), -tf.constant(scores))
        true_first, true_last = (tf.constant(side, tf.int64) for side in zip(*truths, strict=True))
        batches.append((best, Request({"first_piece": true_first, "last_piece": true_last}, {}, {})))
    assert calibrated_threshold(batches) == 2.5
