import pytest
import tensorflow as tf

from models.question_answering.context_windows import context_windows
from models.tokenisation.piece_vocabulary import PieceVocabulary
from models.tokenisation.sentence_pieces import SentencePieces
from models.tokenisation.text_encoder import TextEncoder
from models.tokenisation.vocabulary import SPECIAL_TOKENS, Vocabulary
from models.user_error import UserError

TWO_ENDS = SentencePieces(
    b"x", 9, start_id=0, end_id=2, mask_id=8, unknown_id=3, model_unknown_id=0, num_ends_between=2
)
VOCABULARY = Vocabulary((*SPECIAL_TOKENS, *"abcdefghijklmnopqrstuvwxyz"), lowercase=True)
CLS, SEP = VOCABULARY.start_id, VOCABULARY.end_id


def _windows(
    question: int,
    context: int,
    span: tuple[int, int] | None = None,
    batch: int = 1,
    vocabulary: PieceVocabulary | None = None,
    **settings: int,
) -> list:
    """The rows for a question of so many pieces, from 100 on, and a context of so many, from 200 on."""
    packed = {
        "question_ids": tf.ragged.constant([range(100, 100 + question)] * batch, tf.int64, row_splits_dtype=tf.int64),
        "token_ids": tf.ragged.constant([range(200, 200 + context)] * batch, tf.int64, row_splits_dtype=tf.int64),
    }
    if span:
        packed["first_piece"], packed["last_piece"] = (tf.fill([batch], tf.constant(side, tf.int64)) for side in span)
    length = settings.get("sequence_length", 12)
    encoder = TextEncoder(vocabulary or VOCABULARY, length)
    rows = context_windows(packed, encoder, settings.get("question_length", 4), settings.get("overlap", 2))
    assert max(rows["token_ids"].row_lengths().numpy()) <= length
    lists = [(each.to_list() if isinstance(each, tf.RaggedTensor) else each.numpy().tolist()) for each in rows.values()]
    return [dict(zip(rows, values, strict=True)) for values in zip(*lists, strict=True)]


def test_a_context_that_fits_is_one_row() -> None:
    (row,) = _windows(question=2, context=7)
    assert row == {
        "token_ids": [CLS, 100, 101, SEP, *range(200, 207), SEP],
        "segment_ids": [0, 0, 0, 0, *[1] * 8],
        "text": 0,
        "start": 0,
        "first_column": 4,
    }


def test_a_longer_context_is_cut_with_the_question_in_each_row() -> None:
    rows = _windows(question=2, context=20)
    # Windows of 7 that share 2, the last one moved back.
    assert [row["start"] for row in rows] == [0, 5, 10, 13]
    for row in rows:
        assert row["token_ids"] == [CLS, 100, 101, SEP, *range(200 + row["start"], 207 + row["start"]), SEP]


def test_a_long_question_is_cut_and_leaves_room() -> None:
    rows = _windows(question=9, context=8)
    assert [row["token_ids"] for row in rows] == [
        [CLS, 100, 101, 102, 103, SEP, *range(start, start + 5), SEP] for start in (200, 203)
    ]


@pytest.mark.parametrize(
    ("span", "spans"),
    [
        ((0, 2), [[4, 6], [0, 0], [0, 0], [0, 0]]),
        # In two windows: pieces 5 and 6.
        ((5, 6), [[9, 10], [4, 5], [0, 0], [0, 0]]),
        # Not wholly in the first one.
        ((6, 7), [[0, 0], [5, 6], [0, 0], [0, 0]]),
        ((19, 19), [[0, 0], [0, 0], [0, 0], [10, 10]]),
        # In none.
        ((3, 12), [[0, 0]] * 4),
        ((-1, -1), [[0, 0]] * 4),
    ],
)
def test_windows_without_the_whole_answer_point_at_the_first_token(
    span: tuple[int, int], spans: list[list[int]]
) -> None:
    assert [row["span"] for row in _windows(2, 20, span)] == spans
    assert [(row["text"], row["span"]) for row in _windows(2, 20, span, batch=2)] == [
        (text, each) for text in (0, 1) for each in spans
    ]


@pytest.mark.parametrize(("question", "context"), [(0, 20), (0, 0)])
def test_nothing_is_read_where_nothing_is_asked(question: int, context: int) -> None:
    (row,) = _windows(question, context)
    assert row["token_ids"] == [CLS, SEP, SEP]


def test_an_empty_context_is_a_row_without_one() -> None:
    (row,) = _windows(question=2, context=0, span=(-1, -1))
    assert row["token_ids"] == [CLS, 100, 101, SEP, SEP]
    assert row["span"] == [0, 0]


def test_two_ends_between_leave_less_room_and_no_column_wrong() -> None:
    rows = _windows(question=2, context=14, span=(6, 7), vocabulary=TWO_ENDS)
    # Windows of 6 that share 2.
    assert [row["start"] for row in rows] == [0, 4, 8]
    for row in rows:
        assert row["token_ids"] == [0, 100, 101, 2, 2, *range(200 + row["start"], 206 + row["start"]), 2]
        assert row["segment_ids"] == [0] * 5 + [1] * 7
    assert [row["span"] for row in rows] == [[0, 0], [7, 8], [0, 0]]


def test_the_least_room_that_a_config_may_leave_is_enough() -> None:
    # 12 places less 3 special tokens and 6 of the question are one more than the overlap; with 4, they are as many.
    rows = _windows(question=6, context=5, question_length=6, overlap=2, vocabulary=TWO_ENDS)
    assert [row["token_ids"][9:11] for row in rows] == [[200, 201], [201, 202], [202, 203], [203, 204]]
    with pytest.raises(UserError, match=r"model\.sequence_length: rows of 12 word pieces hold no context"):
        _windows(question=6, context=5, question_length=8, overlap=0, vocabulary=TWO_ENDS)
