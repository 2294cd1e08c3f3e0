"""Where SentencePiece's pieces lie in the text as it was given, in characters, and which of them begin a word."""

from typing import NamedTuple

import tensorflow as tf

from models.tokenisation.character_kinds import BLANK, JOINED, MARK, character_kinds
from models.tokenisation.row_ids import row_ids


class PieceSpans(NamedTuple):
    """The fields of `Pieces` besides ids; all int32 [num_pieces]."""

    starts: tf.Tensor
    ends: tf.Tensor
    begins_word: tf.Tensor


class _Spans(NamedTuple):
    """Spans of characters, counted through all texts; both int64 [num_pieces]."""

    first: tf.Tensor
    stop: tf.Tensor


def spans_of_pieces(texts: tf.Tensor, row_splits: tf.Tensor, starts: tf.Tensor, ends: tf.Tensor) -> PieceSpans:
    """Turns what SentencePiece's kernel tells into what tasks take.

    A piece loses the white space at its ends, and what is not seen: the kernel counts spaces to the piece behind them,
    dropped characters to the piece before them. A piece of nothing else (`▁`), or of a part of a character that was
    taken apart (all but the last one of ㍿), has the offsets of the next piece that has some, or else of the last one.

    Args:
        texts: string [batch], UTF-8.
        row_splits: The pieces of each text: int64 [batch + 1].
        starts: Offset of each piece in its text, in bytes: int [num_pieces].
        ends: The offset after it.
    """
    characters, offsets = tf.strings.unicode_decode_with_offsets(texts, "UTF-8")
    # The texts end to end, so that one search finds every byte.
    text_starts = tf.cumsum(tf.cast(tf.strings.length(texts), tf.int64), exclusive=True)
    places = offsets.values + tf.gather(text_starts, row_ids(offsets.row_splits))
    row = row_ids(row_splits)
    bytes_before = tf.gather(text_starts, row)
    spans = _Spans(*(_num_below(places, bytes_before + tf.cast(each, tf.int64)) for each in (starts, ends)))
    kinds = character_kinds(characters.values)
    spans = _filled(*_trimmed(spans, kinds), row, tf.gather(characters.row_splits, row))
    begins_word = _begins_word(spans, kinds, row)
    first, stop = (tf.cast(each - tf.gather(characters.row_splits, row), tf.int32) for each in spans)
    return PieceSpans(first, stop, tf.cast(begins_word, tf.int32))


def _trimmed(spans: _Spans, kinds: tf.Tensor) -> tuple[_Spans, tf.Tensor]:
    """Spans without what is blank at their ends, and which are not empty then."""
    visible = tf.where(tf.not_equal(kinds, BLANK))[:, 0]
    first, stop = (_num_below(visible, each) for each in spans)
    padded = tf.concat([visible, [0]], axis=0)
    last = tf.gather(padded, tf.maximum(stop - 1, 0))
    return _Spans(tf.gather(padded, first), last + 1), first < stop


def _filled(spans: _Spans, is_full: tf.Tensor, row: tf.Tensor, text_start: tf.Tensor) -> _Spans:
    """Spans with those of neighbours in the place of empty ones; where a text has none, at its start."""
    full = tf.where(is_full)[:, 0]
    number = tf.size(full, tf.int64)
    following = _num_below(full, tf.range(tf.size(row, tf.int64)))
    # Behind the last one is none of any row.
    rows = tf.concat([tf.gather(row, full), [-1]], axis=0)
    is_followed = tf.equal(tf.gather(rows, following), row)
    chosen = tf.where(is_followed, following, tf.where(following > 0, following - 1, number))
    is_found = tf.equal(tf.gather(rows, chosen), row)
    piece = tf.gather(tf.concat([full, [0]], axis=0), chosen)
    return _Spans(*(tf.where(is_found, tf.gather(each, piece), text_start) for each in spans))


def _begins_word(spans: _Spans, kinds: tf.Tensor, row: tf.Tensor) -> tf.Tensor:
    """Whether each piece begins a word: bool [num_pieces].

    One does that begins a text or stands behind white space; and, since there are texts without spaces, any that has
    another character than a letter or digit of a spaced script on either side of its beginning.
    """
    edge = tf.constant([BLANK])
    around = tf.concat([edge, kinds, edge], axis=0)
    before, own = tf.gather(around, spans.first), tf.gather(around, spans.first + 1)
    # Not `==`, which compares objects where a graph is built as in TensorFlow 1.
    is_joined = tf.equal(own, JOINED) & (tf.equal(before, JOINED) | tf.equal(before, MARK))
    continues = tf.not_equal(before, BLANK) & (tf.equal(own, MARK) | is_joined)
    # Of two pieces of one character the second continues the first.
    shares = spans.first[1:] < spans.stop[:-1]
    is_same_row = tf.equal(row[1:], row[:-1])
    return tf.concat([tf.ones_like(row[:1], tf.bool), ~is_same_row | ~(continues[1:] | shares)], axis=0)


def _num_below(rising: tf.Tensor, limits: tf.Tensor) -> tf.Tensor:
    """How many of the rising numbers are below each limit."""
    return tf.searchsorted(rising, limits, side="left", out_type=tf.int64)
