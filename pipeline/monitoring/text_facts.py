"""Tokenises texts to see what they are like for the model."""

from collections.abc import Sequence

import tensorflow as tf

from models.encoder_settings import EncoderSettings
from pipeline.monitoring.row_facts import TextFacts

_ROWS_AT_ONCE = 1024


def text_facts(rows: Sequence[Sequence[str]], settings: EncoderSettings) -> tuple[TextFacts, ...]:
    """Tells what each row's texts are like.

    Args:
        rows: The texts of each row.
        settings: The encoder that the model reads texts with.
    """
    encoder = settings.build()
    found = []
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        some = rows[start : start + _ROWS_AT_ONCE]
        texts = tf.ragged.constant([list(row) for row in some], tf.string, ragged_rank=1)
        pieces = texts.with_flat_values(encoder.tokenize(texts.flat_values)).merge_dims(1, 2)
        found += [_facts(row, encoder.vocabulary.unknown_id) for row in pieces.to_list()]
    return tuple(found)


def _facts(pieces: list[int], unknown_id: int) -> TextFacts:
    return TextFacts(len(pieces), pieces.count(unknown_id) / max(len(pieces), 1), tuple(sorted(set(pieces))))
