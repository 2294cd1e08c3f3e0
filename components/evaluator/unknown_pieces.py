"""How much of a text a model cannot read."""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from models.encoder_settings import EncoderSettings


def unknown_shares(rows: Sequence[Sequence[str]], settings: EncoderSettings) -> list[float]:
    """The share of unknown pieces among all pieces of each row's texts; 0 for a row without any.

    Args:
        rows: The texts of each row.
        settings: The encoder that the model reads texts with.
    """
    encoder = settings.build()
    row_of_text = [row for row, texts in enumerate(rows) for _ in texts]
    pieces = encoder.tokenize(tf.constant([text for texts in rows for text in texts], tf.string))
    is_unknown = tf.ragged.map_flat_values(lambda ids: ids == encoder.vocabulary.unknown_id, pieces)
    unknown = np.bincount(row_of_text, tf.reduce_sum(tf.cast(is_unknown, tf.int32), axis=1), len(rows))
    every = np.bincount(row_of_text, pieces.row_lengths(), len(rows))
    return list(unknown / np.maximum(every, 1))
