"""The rows that a span network reads: a question beside each part of its context."""

from typing import TYPE_CHECKING

import tensorflow as tf

from models.tokenisation.windows import Windows, cut_windows, gather_windows
from models.user_error import UserError

if TYPE_CHECKING:
    from models.tasks.interface.batch import Tensors
    from models.tokenisation.text_encoder import TextEncoder


def context_windows(packed: "Tensors", encoder: "TextEncoder", question_length: int, overlap: int) -> "Tensors":
    """Makes rows `[CLS] question [SEP] part of the context [SEP]`, as many as each context needs.

    Where nothing is asked there is one row without a context, so that there is no answer either.

    Args:
        packed: `question_ids` and `token_ids` of the context, int [batch, (num_pieces)]; where the answer is known
            `first_piece` and `last_piece`, int64 [batch], -1 where there is none.
        encoder: Packs, and knows how long rows may be.
        question_length: The most pieces of a question; what is longer is cut at its end.
        overlap: Pieces that neighbouring windows share at least; fewer than they hold.

    Returns:
        `token_ids` and `segment_ids`; the fields of `WindowPlaces`; where the answer is known `span`, the columns of
        its first and last piece, both 0 (`[CLS]`) where the window does not hold all of it: int64 [rows, 2].
    """
    questions = tf.cast(packed["question_ids"], tf.int32)[:, :question_length]
    contexts = tf.cast(packed["token_ids"], tf.int32)
    question_lengths = tf.cast(questions.row_lengths(), tf.int64)
    most_room = encoder.sequence_length - encoder.num_special_tokens(2)
    if most_room <= question_length:
        raise UserError(
            f"model.sequence_length: rows of {encoder.sequence_length} word pieces hold no context beside a question "
            f"of {question_length} (question_length) and the preset's special tokens; raise it"
        )
    room = most_room - question_lengths
    lengths = tf.where(question_lengths > 0, tf.cast(contexts.row_lengths(), tf.int64), 0)
    # The config is checked for BERT's special tokens; other families have one more.
    windows = cut_windows(lengths, room, min(overlap, most_room - question_length - 1))
    rows = encoder.pack(tf.gather(questions, windows.row), gather_windows(contexts, windows))
    # After [CLS], the question and what ends it.
    first_column = encoder.sequence_length - 1 - tf.gather(room, windows.row)
    places = {"text": windows.row, "start": windows.start, "first_column": first_column}
    if "first_piece" not in packed:
        return {**rows, **places}
    span = tf.gather(tf.stack([packed["first_piece"], packed["last_piece"]], axis=1), windows.row)
    return {**rows, **places, "span": _columns(span, windows, first_column)}


def _columns(span: tf.Tensor, windows: Windows, first_column: tf.Tensor) -> tf.Tensor:
    """The columns of a span of pieces, int64 [windows, 2]; 0 where a window lacks a part of it."""
    within = span - windows.start[:, tf.newaxis]
    is_held = (within[:, 0] >= 0) & (within[:, 1] < windows.size) & (span[:, 0] >= 0)
    return tf.where(is_held[:, tf.newaxis], within + first_column[:, tf.newaxis], 0)
