from typing import NamedTuple

import numpy as np
import pytest
import tensorflow as tf

from models.networks.span_head import MASKED_LOGIT
from models.question_answering.best_spans import BestSpans, WindowPlaces, best_spans

Span = tuple[float, int, int]


class Windows(NamedTuple):
    logits: np.ndarray
    places: WindowPlaces
    num_texts: int


def _windows(numbers: np.random.Generator, num_texts: int, num_values: int) -> Windows:
    """Windows of texts of several lengths, with masked columns; the fewer values logits have, the more ties."""
    rows, logits = [], []
    for text in range(num_texts):
        first_column = int(numbers.integers(2, 6))
        for number in range(int(numbers.integers(1, 6))):
            rows.append((text, number * 4, first_column))
            logits.append(numbers.integers(0, num_values, [20, 2]).astype(np.float32) / 8)
            logits[-1][1:first_column] = MASKED_LOGIT
            # Some show nothing at all.
            logits[-1][first_column + int(numbers.integers(0, 12)) :] = MASKED_LOGIT
    places = WindowPlaces(*(tf.constant(each, tf.int64) for each in np.array(rows).T))
    return Windows(np.array(logits), places, num_texts)


def _expected(windows: Windows, text: int, num_best: int, max_pieces: int) -> tuple[list[Span], float]:
    """By looking at every span of every window."""
    best: dict[tuple[int, int], float] = {}
    null_scores = []
    for logits, (row, start, first_column) in zip(
        windows.logits, zip(*(each.numpy() for each in windows.places), strict=True), strict=True
    ):
        if row != text:
            continue
        null_scores.append(float(logits[0, 0] + logits[0, 1]))
        for first in range(1, len(logits)):
            for last in range(first, min(first + max_pieces, len(logits))):
                if logits[first, 0] > MASKED_LOGIT and logits[last, 1] > MASKED_LOGIT:
                    span = (first - first_column + start, last - first_column + start)
                    best[span] = max(best.get(span, -np.inf), float(logits[first, 0] + logits[last, 1]))
    ranked = sorted((-score, *span) for span, score in best.items())[:num_best]
    found = [(-negative, first, last) for negative, first, last in ranked]
    return [*found, *[(MASKED_LOGIT, -1, -1)] * (num_best - len(found))], min(null_scores)


def _found(windows: Windows, num_best: int, max_pieces: int) -> BestSpans:
    @tf.function(autograph=False)
    def graph(logits: tf.Tensor, *places: tf.Tensor) -> BestSpans:
        return best_spans(logits, WindowPlaces(*places), tf.constant(windows.num_texts, tf.int64), num_best, max_pieces)

    return BestSpans(*(each.numpy() for each in graph(tf.constant(windows.logits), *windows.places)))


@pytest.mark.parametrize("num_values", [2, 5, 1000])
@pytest.mark.parametrize(("num_best", "max_pieces"), [(1, 1), (5, 30), (7, 3), (50, 4)])
def test_the_graph_finds_what_a_look_at_every_span_finds(num_values: int, num_best: int, max_pieces: int) -> None:
    numbers = np.random.default_rng(num_values)
    for num_texts in (1, 30):
        windows = _windows(numbers, num_texts, num_values)
        found = _found(windows, num_best, max_pieces)
        for text in range(num_texts):
            spans, null_score = _expected(windows, text, num_best, max_pieces)
            assert list(zip(found.score[text], found.first[text], found.last[text], strict=True)) == spans
            assert found.null_score[text] == null_score


def test_no_texts_and_texts_without_spans() -> None:
    none = Windows(np.zeros([0, 9, 2], np.float32), WindowPlaces(*[tf.zeros([0], tf.int64)] * 3), 0)
    assert _found(none, 5, 30).first.shape == (0, 5)
    masked = np.full([2, 3, 2], MASKED_LOGIT, np.float32)
    masked[:, 0] = [[1, 2], [3, 4]]
    places = WindowPlaces(
        tf.constant([0, 1], tf.int64), tf.zeros([2], tf.int64), tf.fill([2], tf.constant(2, tf.int64))
    )
    found = _found(Windows(masked, places, 2), 3, 30)
    assert found.first.tolist() == found.last.tolist() == [[-1] * 3] * 2
    assert found.score.tolist() == [[MASKED_LOGIT] * 3] * 2
    assert found.null_score.tolist() == [3, 7]


def test_a_span_of_several_windows_counts_once_with_its_best_score() -> None:
    logits = np.full([2, 6, 2], MASKED_LOGIT, np.float32)
    logits[:, 0] = [[5, 5], [-1, 0]]
    logits[0, 3:5], logits[1, 2:4] = [[2, 2], [1, 1]], [[0, 0], [3, 3]]
    places = WindowPlaces(tf.constant([0, 0], tf.int64), tf.constant([0, 1], tf.int64), tf.constant([2, 2], tf.int64))
    found = _found(Windows(logits, places, 1), 5, 30)
    # Pieces 1 and 2 are in both windows.
    assert list(zip(found.first[0], found.last[0], found.score[0], strict=True)) == [
        (2, 2, 6),
        (1, 1, 4),
        (1, 2, 3),
        (-1, -1, MASKED_LOGIT),
        (-1, -1, MASKED_LOGIT),
    ]
    assert found.null_score.tolist() == [-1]
