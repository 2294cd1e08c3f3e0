"""Pieces and places, held against the `sentencepiece` package."""

import pathlib
import unicodedata
from collections.abc import Callable, Sequence

import pytest
import sentencepiece
import tensorflow as tf

from models.tokenisation.piece_model import PieceModel
from models.tokenisation.sentence_piece_tokenizer import SentencePieceTokenizer
from models.tokenisation.sentence_pieces import SentencePieces

# Texts and their words.
WORDS = (
    ("the  table", ["the", "table"]),
    ("(100 %), re-read", ["(", "100", "%", ")", ",", "re", "-", "read"]),
    ("café naïve e\u0301a\u0301x", ["café", "naïve", "e\u0301a\u0301x"]),
    ("ﬁne", ["ﬁne"]),
    ("\u3000the\u00a0fox\u200b dog \t", ["the", "fox", "dog"]),
    ("мама мыла\u2581раму", ["мама", "мыла", "раму"]),
    ("한국어 텍스트", ["한국어", "텍스트"]),
    ("北q京q", ["北", "q", "京", "q"]),
    ("ไqไ้", ["ไ", "q", "ไ้"]),
    ("q😀q👍🏽", ["q", "😀", "q", "👍🏽"]),
    ("x㍿㍿", ["x", "㍿", "㍿"]),
    ("Ｑ１ ＱＱ", ["Ｑ１", "ＱＱ"]),
)


@pytest.fixture(scope="module")
def model(train_pieces: Callable[..., bytes], piece_texts: Sequence[str]) -> bytes:
    return train_pieces("xlm_roberta", piece_texts)


@pytest.fixture(scope="module")
def tokenizer(model: bytes) -> SentencePieceTokenizer:
    return SentencePieces.of_xlm_roberta(PieceModel(model, "m")).build_tokenizer()


def _is_blank(character: str) -> bool:
    return unicodedata.category(character) in ("Zs", "Zl", "Zp", "Cc", "Cf") or character in "\u2581\ufffd"


def _places(judge: sentencepiece.SentencePieceProcessor, text: str) -> tuple[list[int], list[tuple[int, int]]]:
    """The package's own ids and offsets, the latter as `Pieces` has them, by plain Python."""
    ids: list[int] = []
    spans: list[tuple[int, int] | None] = []
    for piece in judge.encode(text, return_type="proto").pieces:
        # The package counts bytes.
        start, end = (len(text.encode()[:offset].decode()) for offset in (piece.begin, piece.end))
        while start < end and _is_blank(text[start]):
            start += 1
        while start < end and _is_blank(text[end - 1]):
            end -= 1
        ids.append(piece.id)
        spans.append((start, end) if start < end else None)
    places, known = [], (0, 0)
    for index in range(len(spans)):
        known = next((span for span in spans[index:] if span), known)
        places.append(known)
    return ids, places


def _assert_equal(model: bytes, texts: Sequence[str]) -> int:
    """How many texts were compared: where two ways to cut a text are as likely, versions choose differently."""
    judge = sentencepiece.SentencePieceProcessor(model_proto=model)
    tokenizer = SentencePieces.of_xlm_roberta(PieceModel(model, "m")).build_tokenizer()
    found = tokenizer.tokenize_with_offsets(tf.constant(list(texts), tf.string))
    assert found.ids.to_list() == tokenizer(tf.constant(list(texts), tf.string)).to_list()
    number = 0
    for text, ids, *spans in zip(texts, *(each.to_list() for each in found[:3]), strict=True):
        expected, places = _places(judge, text)
        theirs = [3 if index == judge.unk_id() else index + 1 for index in expected]
        assert sorted(ids) == sorted(theirs), repr(text)
        if ids == theirs:
            number += 1
            assert list(zip(*spans, strict=True)) == places, repr(text)
    return number


def test_odd_texts_equal(model: bytes, odd_texts: list[str]) -> None:
    assert _assert_equal(model, odd_texts) > 0.98 * len(odd_texts)


def test_real_texts_equal(train_pieces: Callable[..., bytes], shared_data: pathlib.Path) -> None:
    lines = [
        line.split("\t")[-1]
        for name in ("mrpc/dev.tsv", "chnsenticorp/dev.tsv")
        for line in (shared_data / name).read_text(encoding="utf-8").split("\n")
    ]
    model = train_pieces("xlm_roberta", lines, vocab_size=4000, character_coverage=0.9995)
    assert _assert_equal(model, lines) > 0.98 * len(lines)


def test_broken_bytes_do_no_harm(tokenizer: SentencePieceTokenizer, odd_bytes: list[bytes]) -> None:
    ids, starts, ends, begins_word = tokenizer.tokenize_with_offsets(tf.constant(odd_bytes))
    assert ids.to_list() == tokenizer(tf.constant(odd_bytes)).to_list()
    columns = (starts.to_list(), ends.to_list(), begins_word.to_list())
    for raw, of_starts, of_ends, begins in zip(odd_bytes, *columns, strict=True):
        length = len(raw.decode("utf-8", "replace"))
        assert all(0 <= start <= end <= length for start, end in zip(of_starts, of_ends, strict=True))
        assert of_starts == sorted(of_starts)
        assert begins[:1] == [1] * bool(begins)


def test_words_begin_at_white_space_punctuation_and_unspaced_letters(tokenizer: SentencePieceTokenizer) -> None:
    # Together, so that no word can reach into another text.
    pieces = tokenizer.tokenize_with_offsets(tf.constant([text for text, _ in WORDS]))
    for (text, expected), *columns in zip(WORDS, *(each.to_list() for each in pieces[1:]), strict=True):
        words: list[tuple[int, int]] = []
        for start, end, begins in zip(*columns, strict=True):
            words = [*words, (start, end)] if begins else [*words[:-1], (words[-1][0], end)]
        assert [text[start:end] for start, end in words] == expected, text


def test_all_pieces_of_a_character_have_it(tokenizer: SentencePieceTokenizer) -> None:
    pieces = tokenizer.tokenize_with_offsets(tf.constant(["x㍿㍿", "㍿"]))
    (starts, alone), (ends, _) = (each.to_list() for each in pieces[1:3])
    assert set(zip(starts, ends, strict=True)) == {(0, 1), (1, 2), (2, 3)}
    assert set(alone) == {0}
    assert len(alone) > 1


def test_unknown_is_what_the_network_calls_so(tokenizer: SentencePieceTokenizer) -> None:
    assert tokenizer(tf.constant(["the 😀😀"])).to_list()[0][-1] == 3


def test_special_tokens_are_ordinary_text(tokenizer: SentencePieceTokenizer) -> None:
    assert {0, 1, 2}.isdisjoint(tokenizer(tf.constant(["<s> a</s> <pad>"])).to_list()[0])
