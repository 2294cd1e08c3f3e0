"""Counts the word pieces of rows, and how many of them the vocabulary does not know."""

from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf

from models.encoder_settings import EncoderSettings
from models.presets import check_preset
from models.tokenisation.text_encoder import TextEncoder
from models.user_error import UserError
from pipeline.guess.row_length import RowLength
from pipeline.guess.task_rules import RULES
from pipeline.guess.word_pieces import count_without_vocabulary
from pipeline.inspection.inspection import MAX_LISTED, LengthFacts, ShownRow
from pipeline.inspection.near.shingles import Bool, Int64
from pipeline.inspection.reading.row import Row
from pipeline.inspection.reading.target import Target
from pipeline.inspection.show_row import RowDisplay

_BATCH_TEXTS = 4096
_STRANGE_SHARE = 0.2
_QUANTILES = {"half": 0.5, "90 %": 0.9, "99 %": 0.99, "longest": 1.0}


def count_pieces(rows: Sequence[Row], target: Target, display: RowDisplay) -> LengthFacts:
    """Returns how long rows are.

    Args:
        rows: The rows.
        target: Says which preset reads them, and up to which length.
        display: Says what of a row may be shown.
    """
    rule = next((rule.length for rule in RULES if rule.name == target.parser.task.name), RowLength())
    settings = EncoderSettings(target.preset, target.sequence_length)
    estimated_because = _why_not_counted(target)
    if estimated_because:
        lengths, unknown = _estimated(rows, rule), None
    else:
        lengths, unknown = _counted(rows, settings, rule)
    is_strange = np.zeros(len(rows), bool) if unknown is None else unknown > _STRANGE_SHARE * lengths
    parts = np.array([row.part for row in rows])
    return LengthFacts(
        limit=target.sequence_length,
        preset=target.preset,
        estimated_because=estimated_because,
        quantiles={name: float(np.quantile(lengths, share, method="higher")) for name, share in _QUANTILES.items()},
        counts={part: _tally(lengths[parts == part]) for part in target.parts},
        over={part: int((lengths[parts == part] > target.sequence_length).sum()) for part in target.parts},
        of_longer=rule.of_longer,
        unknown_share=None if unknown is None else float(unknown.sum() / max(1, lengths.sum())),
        num_strange=int(is_strange.sum()),
        strange=_some(rows, is_strange, display),
    )


def _why_not_counted(target: Target) -> str:
    if target.why_no_preset:
        return target.why_no_preset
    try:
        check_preset(target.preset, target.sequence_length)
        EncoderSettings(target.preset, target.sequence_length).build()
    except UserError as error:
        return str(error)
    return ""


def _counted(rows: Sequence[Row], settings: EncoderSettings, rule: RowLength) -> tuple[Int64, Int64]:
    """The length of each row, and how many of its pieces are unknown, int64 [rows] each."""
    encoder = settings.build()
    columns = [_of_texts(texts, encoder) for texts in zip(*(row.texts for row in rows), strict=True)]
    unknown = np.sum([found for _, found in columns], axis=0)
    pieces = [num_pieces for num_pieces, _ in columns]
    if rule.reads_together:
        return np.sum(pieces, axis=0) + encoder.num_special_tokens(len(pieces)), unknown
    return np.max(pieces, axis=0) + encoder.num_special_tokens(1), unknown


def _of_texts(texts: Sequence[str], encoder: TextEncoder) -> tuple[Int64, Int64]:
    lengths, unknown = [], []
    for start in range(0, len(texts), _BATCH_TEXTS):
        pieces = encoder.tokenize(tf.constant(texts[start : start + _BATCH_TEXTS], tf.string))
        is_unknown = tf.ragged.map_flat_values(lambda ids: ids == encoder.vocabulary.unknown_id, pieces)
        lengths.append(pieces.row_lengths().numpy())
        unknown.append(tf.reduce_sum(tf.cast(is_unknown, tf.int64), axis=1).numpy())
    return np.concatenate(lengths), np.concatenate(unknown)


def _estimated(rows: Sequence[Row], rule: RowLength) -> Int64:
    count: Callable[[str], int] = count_without_vocabulary()
    return np.array([rule.of_row(row.texts, count) for row in rows], np.int64)


def _tally(lengths: Int64) -> dict[int, int]:
    values, counts = np.unique(lengths, return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))


def _some(rows: Sequence[Row], chosen: Bool, display: RowDisplay) -> tuple[ShownRow, ...]:
    return tuple(display.row(rows[number]) for number in np.flatnonzero(chosen)[:MAX_LISTED])
