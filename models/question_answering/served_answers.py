"""Answers as they are served: parts of the raw contexts."""

import tensorflow as tf

from models.question_answering.best_spans import BestSpans
from models.tasks.interface.batch import Request
from models.tokenisation.combining_marks import behind_marks


def served_answers(spans: BestSpans, request: Request, threshold: float | None) -> dict[str, tf.Tensor]:
    """Cuts the best spans out of their contexts.

    Args:
        spans: The best spans of each question's context.
        request: The questions; its texts have `context`.
        threshold: The no-answer score above which a question is not answered; None answers whenever there is a span.

    Returns:
        What `QuestionAnswering.answers_to` tells.
    """
    starts, ends = (_characters(request, *each) for each in (("starts", spans.first), ("ends", spans.last)))
    # U+FFFD for what is not UTF-8, as offsets count; the ops that cut would fail on it.
    contexts = tf.strings.unicode_transcode(request.texts["context"], "UTF-8", "UTF-8")[:, tf.newaxis]
    ends = tf.where(ends < 0, ends, _behind_marks(contexts[:, 0], tf.maximum(ends, 0)))
    answers = tf.strings.substr(contexts, tf.maximum(starts, 0), ends - starts, unit="UTF8_CHAR")
    no_answer_score = spans.null_score - spans.score[:, 0]
    is_answered = spans.first[:, 0] >= 0
    if threshold is not None:
        is_answered &= no_answer_score <= threshold
    return {
        "answer": tf.where(is_answered, answers[:, 0], ""),
        "start": tf.where(is_answered, starts[:, 0], -1),
        "end": tf.where(is_answered, ends[:, 0], -1),
        "score": tf.where(is_answered, spans.score[:, 0], spans.null_score),
        "no_answer_score": no_answer_score,
        "answers": answers,
        "starts": starts,
        "ends": ends,
        "scores": spans.score,
    }


def _behind_marks(contexts: tf.Tensor, ends: tf.Tensor) -> tf.Tensor:
    """Moves ends, int32 [batch, n_best], behind the combining marks that follow."""
    rows = tf.broadcast_to(tf.range(tf.shape(ends)[0])[:, tf.newaxis], tf.shape(ends))
    characters = tf.strings.unicode_decode(contexts, "UTF-8")
    row, end = (tf.cast(tf.reshape(values, [-1]), tf.int64) for values in (rows, ends))
    return tf.cast(tf.reshape(behind_marks(characters, row, end), tf.shape(ends)), tf.int32)


def _characters(request: Request, name: str, pieces: tf.Tensor) -> tf.Tensor:
    """The offsets of pieces, int32 [batch, num_best]; -1 where there is none."""
    offsets = request.packed[name]
    places = pieces + tf.cast(offsets.row_starts(), tf.int64)[:, tf.newaxis]
    index = tf.where(pieces < 0, tf.size(offsets.values, tf.int64), places)
    return tf.gather(tf.concat([tf.cast(offsets.values, tf.int32), [-1]], axis=0), index)
