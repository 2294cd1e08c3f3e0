"""Texts through the changed model, held against Python's own rules before SentencePiece's library."""

import itertools
import unicodedata
from collections.abc import Callable, Sequence

import pytest
import sentencepiece
import tensorflow as tf

from models.tokenisation.albert_text import AlbertText
from models.tokenisation.character_table import CharacterTable
from models.tokenisation.piece_model import PieceModel
from models.tokenisation.sentence_pieces import SentencePieces

TEXTS = (
    "",
    "The Quick brown FOX",
    "CAFÉ cafe\u0301 Nai\u0308ve E\u0301\u0323x",
    "``quoted'' and `not' ``` ''''",
    "İSTANBUL ΣΑΣ Straße ẞ ǅ",
    "ＡＢＣ ﬁne ㍿ № ½ Ⅷ",
    "a\u00a0b\u200bc\td\u3000e",
    "한국어 \u1112\u1161\u11ab 日本語の が か\u3099",
    "北京 😀 \U0001d400 \U0002f800",
    "(100 %), x, y,",
)
SETTINGS = [AlbertText(*values) for values in itertools.product([True, False], repeat=2)]


def _changed(text: str, rules: AlbertText) -> str:
    text = text.replace("``", '"').replace("''", '"')
    if not rules.keep_accents:
        text = "".join(each for each in unicodedata.normalize("NFKD", text) if unicodedata.category(each) != "Mn")
    return "".join(each.lower() for each in text) if rules.lowercase else text


@pytest.fixture(scope="module")
def lower_texts(piece_texts: Sequence[str]) -> list[str]:
    return [text.lower() for text in piece_texts]


@pytest.fixture(scope="module")
def model(train_pieces: Callable[..., bytes], lower_texts: list[str]) -> bytes:
    return train_pieces("albert", lower_texts)


@pytest.fixture(scope="module")
def identity_model(train_pieces: Callable[..., bytes], lower_texts: list[str]) -> bytes:
    """Its own table is empty, so that only ours is seen; and it takes seconds less."""
    return train_pieces("albert", lower_texts, normalization_rule_name="identity")


def _assert_equal(model: bytes, rules: AlbertText) -> None:
    judge = sentencepiece.SentencePieceProcessor(model_proto=model)
    found = SentencePieces.of_albert(PieceModel(model, "m"), rules).build_tokenizer()(tf.constant(TEXTS)).to_list()
    for text, ids in zip(TEXTS, found, strict=True):
        # Versions of the library choose differently between ways to cut a text that are as likely.
        assert sorted(ids) == sorted(judge.encode(_changed(text, rules))), text


@pytest.mark.parametrize("rules", SETTINGS)
def test_pieces_are_those_of_the_changed_text(identity_model: bytes, rules: AlbertText) -> None:
    _assert_equal(identity_model, rules)


def test_the_models_own_table_comes_behind(model: bytes) -> None:
    _assert_equal(model, AlbertText(lowercase=True, keep_accents=False))


def test_offsets_are_into_the_text_as_it_is(identity_model: bytes) -> None:
    rules = AlbertText(lowercase=True, keep_accents=False)
    tokenizer = SentencePieces.of_albert(PieceModel(identity_model, "m"), rules).build_tokenizer()
    text = "``İ'' ﬁ ㍿ E\u0301É Ｑ"
    _, starts, ends, _ = tokenizer.tokenize_with_offsets(tf.constant([text]))
    spans = set(zip(starts.to_list()[0], ends.to_list()[0], strict=True))
    assert {text[start:end] for start, end in spans} == {"``", "İ", "''", "ﬁ", "㍿", "E\u0301", "É", "Ｑ"}


def test_a_number_and_its_comma_are_two_pieces(train_pieces: Callable[..., bytes]) -> None:
    whole_words = {"split_by_number": False, "split_by_unicode_script": False}
    texts = ["12, 34, 56, 12, 34,", "12,34", "12, 7, 8, 9, 2,"] * 50
    model = train_pieces("albert", texts, vocab_size=30, normalization_rule_name="identity", **whole_words)
    judge = sentencepiece.SentencePieceProcessor(model_proto=model)
    assert any(piece[-2:] == "2," for piece in judge.encode("12, 34,", out_type=str))
    rules = AlbertText(lowercase=True, keep_accents=False)
    ids = SentencePieces.of_albert(PieceModel(model, "m"), rules).build_tokenizer()(tf.constant(["12, 34,"]))
    pieces = [judge.id_to_piece(index) for index in ids.to_list()[0]]
    assert "".join(pieces) == "▁12,▁34,"
    assert pieces.count(",") == 2


def test_a_table_is_read_as_it_was_written() -> None:
    replacements = {"a": "b", "ab": "", "Ａ": "A", "e\u0301": "é", "㍿": "株式会社"}
    table = CharacterTable.read(CharacterTable(replacements).written())
    assert table.replacements == replacements
    assert table.replaced("aabｘＡ㍿e\u0301") == "bｘA株式会社é"
    assert CharacterTable.read(b"").replacements == {}


def test_sentencepieces_own_table_is_read(model: bytes) -> None:
    judge = sentencepiece.SentencePieceProcessor(model_proto=model)
    table = CharacterTable.read(PieceModel(model, "m").character_table)
    for text in ("ﬁne", "ＡＢ", "㍿", "e\u0301", "\u1112\u1161\u11ab", "½x"):
        assert table.replaced(text) == judge.normalize(text).removeprefix("▁"), text
