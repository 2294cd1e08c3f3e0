"""The best spans of word pieces of each text, over all windows that were cut from it."""

from typing import NamedTuple

import tensorflow as tf

from models.networks.span_head import MASKED_LOGIT

_LOWEST_SCORE = MASKED_LOGIT / 2
"""Any score below it is one of a masked position."""


class WindowPlaces(NamedTuple):
    """What windows show of their texts: all int64 [windows].

    Attributes:
        text: Index of the text, rising.
        start: Index of the first piece, in the text.
        first_column: The column of the logits in which that piece is.
    """

    text: tf.Tensor
    start: tf.Tensor
    first_column: tf.Tensor


class BestSpans(NamedTuple):
    """The best spans of each text, best first; of equal ones the one that begins, then the one that ends first.

    Attributes:
        first: Index of a span's first piece in its text: int64 [texts, num_best], -1 where there are no more spans.
        last: Index of its last piece, likewise.
        score: The sum of its start and end logit, the best of any window: float32 [texts, num_best], `MASKED_LOGIT`
            where there are no more.
        null_score: The sum of the logits of `[CLS]`, the least of any window: float32 [texts].
    """

    first: tf.Tensor
    last: tf.Tensor
    score: tf.Tensor
    null_score: tf.Tensor


def best_spans(
    logits: tf.Tensor, places: WindowPlaces, num_texts: tf.Tensor, num_best: int, max_pieces: int
) -> BestSpans:
    """Finds the spans with the highest sums of a start and an end logit, exactly.

    Args:
        logits: float32 [windows, length, 2] of starts and ends, as the span head gives them: masked but for the
            context and `[CLS]`, which stands first.
        places: The windows.
        num_texts: int64; each text has a window.
        num_best: How many spans.
        max_pieces: The most pieces of a span.
    """
    null_score = tf.math.unsorted_segment_min(tf.reduce_sum(logits[:, 0], axis=-1), places.text, num_texts)
    text, first, last, score = _candidates(logits, places, num_best, max_pieces)
    # Each span is one number, in order of text and place.
    num_pieces = tf.reduce_max(tf.concat([last, [0]], axis=0)) + 1
    spans, score = _each_once((text * num_pieces + first) * num_pieces + last, score)
    text = spans // num_pieces**2
    score, index = tf.math.top_k(_table(score, text, num_texts, num_best, MASKED_LOGIT), num_best)
    spans = tf.gather(_table(spans, text, num_texts, num_best, -1), index, batch_dims=1)
    first = tf.where(spans < 0, spans, spans // num_pieces % num_pieces)
    return BestSpans(first, tf.where(spans < 0, spans, spans % num_pieces), score, null_score)


def _candidates(
    logits: tf.Tensor, places: WindowPlaces, num_best: int, max_pieces: int
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]:
    """Text, first and last piece, int64, and score, float32, of spans of all windows, all [candidates].

    A span among the best of a text is among the best of the window that gives it its score.
    """
    first, last, score = _best_of_windows(logits, num_best, max_pieces)
    shift = (places.start - places.first_column)[:, tf.newaxis]
    text = tf.broadcast_to(places.text[:, tf.newaxis], tf.shape(score))
    is_span = score > _LOWEST_SCORE
    text, first, last, score = (tf.boolean_mask(each, is_span) for each in (text, first + shift, last + shift, score))
    return text, first, last, score


def _best_of_windows(logits: tf.Tensor, num_best: int, max_pieces: int) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Columns of the first and last piece, int64, and scores of the best spans: [windows, up to num_best]."""
    starts, ends = tf.unstack(logits, axis=-1)
    starts = tf.concat([tf.fill(tf.shape(starts[:, :1]), MASKED_LOGIT), starts[:, 1:]], axis=1)
    ends = tf.pad(ends, [[0, 0], [0, max_pieces - 1]], constant_values=MASKED_LOGIT)
    # The best spans begin where the best of all spans from there is best: of others there is no need to look at all.
    best_end = tf.squeeze(tf.nn.max_pool1d(ends[:, :, tf.newaxis], max_pieces, strides=1, padding="VALID"), axis=-1)
    num_starts = tf.minimum(num_best, tf.shape(starts)[1])
    # In order of place, so that of equal spans the first ones stay.
    first = tf.sort(tf.math.top_k(starts + best_end, num_starts).indices, axis=1)
    columns = first[:, :, tf.newaxis] + tf.range(max_pieces)
    scores = tf.gather(starts, first, batch_dims=1)[:, :, tf.newaxis] + tf.gather(ends, columns, batch_dims=1)
    num_spans = num_starts * max_pieces
    score, index = tf.math.top_k(tf.reshape(scores, [-1, num_spans]), tf.minimum(num_best, num_spans))
    first = tf.gather(first, index // max_pieces, batch_dims=1)
    return tf.cast(first, tf.int64), tf.cast(first + index % max_pieces, tf.int64), score


def _each_once(spans: tf.Tensor, scores: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """The different spans in rising order, and the best score of each."""
    spans, index = tf.unique(spans)
    scores = tf.math.unsorted_segment_max(scores, index, tf.size(spans))
    order = tf.argsort(spans)
    return tf.gather(spans, order), tf.gather(scores, order)


def _table(values: tf.Tensor, text: tf.Tensor, num_texts: tf.Tensor, num_padded: int, padding: float) -> tf.Tensor:
    """The values of each text side by side, and behind them at least so many times the padding."""
    padding = tf.cast(padding, values.dtype)
    by_text = tf.RaggedTensor.from_value_rowids(values, text, nrows=num_texts, validate=False)
    return tf.pad(by_text.to_tensor(padding), [[0, 0], [0, num_padded]], constant_values=padding)
