from collections.abc import Sequence

import pytest
import tensorflow as tf

from models.question_answering.answer import Answer
from models.question_answering.answer_pieces import answer_pieces
from models.tokenisation.text_encoder import TextEncoder
from models.tokenisation.vocabulary import SPECIAL_TOKENS, Vocabulary

CHARACTERS = [*"abcdefghijklmnopqrstuvwxyz0123456789.,-()", *"今天气很好", "👍", "🏽", "ᄒ", "ᅡ", "ᆫ"]
VOCABULARY = Vocabulary(
    (*SPECIAL_TOKENS, *CHARACTERS, *(f"##{each}" for each in CHARACTERS), "the", "cafe", "##teria"), lowercase=True
)


def _pieces(context: str, answer: str, start: int) -> list[str]:
    pieces = TextEncoder(VOCABULARY, 64).tokenize_with_offsets(tf.constant([context]))
    first, last = answer_pieces(tf.constant([Answer(start, answer).to_bytes()]), pieces.starts, pieces.ends)
    ids = pieces.ids.to_list()[0]
    return [] if first[0] < 0 else [VOCABULARY.tokens[each] for each in ids[int(first[0]) : int(last[0]) + 1]]


@pytest.mark.parametrize(
    ("context", "answer", "expected"),
    [
        ("the a b", "a", ["a"]),
        ("the a b", "the a b", ["the", "a", "b"]),
        ("the a. b", "a.", ["a", "."]),
        # Parts of words, and of pieces: all pieces that have a part of it.
        ("cafeteria", "teria", ["##teria"]),
        ("cafeteria", "feter", ["cafe", "##teria"]),
        ("the cafeteria.", "cafe", ["cafe"]),
        # Accents and capitals are not in the pieces, but in the text.
        ("The CAFÉTERIA (b)", "CAFÉTERIA", ["cafe", "##teria"]),
        ("cafe\u0301teria b", "b", ["b"]),
        # White space at the ends.
        ("the  cafe  b", "  cafe  ", ["cafe"]),
        ("a\nb\nc", "b\nc", ["b", "c"]),
        ("今天天气很好。a", "气很", ["气", "很"]),
        ("👍🏽 今 a 7", "今 a", ["今", "a"]),
        ("a 👍 b", "👍", ["👍"]),
        ("7 한 7", "한", ["ᄒ", "##ᅡ", "##ᆫ"]),
        # Digits as the answer, and no piece at all.
        ("the 12 34", "12 34", ["1", "##2", "3", "##4"]),
        ("a \u200b b", "\u200b", []),
    ],
)
def test_the_pieces_that_share_a_character(context: str, answer: str, expected: Sequence[str]) -> None:
    assert _pieces(context, answer, context.index(answer)) == expected


def test_a_batch_with_rows_of_all_kinds() -> None:
    texts = ["the a b", "", "a b a b", "cafeteria a"]
    answers = [b"6 b", b"", b"4 a b", b""]
    pieces = TextEncoder(VOCABULARY, 64).tokenize_with_offsets(tf.constant(texts))
    first, last = answer_pieces(tf.constant(answers), pieces.starts, pieces.ends)
    assert first.numpy().tolist() == [2, -1, 2, -1]
    assert last.numpy().tolist() == [2, -1, 3, -1]
    none = tf.constant([], tf.string)
    pieces = TextEncoder(VOCABULARY, 64).tokenize_with_offsets(none)
    assert [each.shape for each in answer_pieces(none, pieces.starts, pieces.ends)] == [(0,), (0,)]
