import csv
import dataclasses
import pathlib
from collections.abc import Callable, Sequence

import hypothesis
import pytest
import tensorflow as tf
import tokenizers
from hypothesis import strategies as st

from models.tokenisation.bert_tokenizer import BertTokenizer
from models.tokenisation.vocabulary import SPECIAL_TOKENS, Vocabulary

Judge = Callable[[Vocabulary, Sequence[str]], list[list[int]]]

REAL_SETS = (
    "sst2/train.tsv",
    "sst2/dev.tsv",
    "ag_news/test.csv",
    "ag_news/train-part-a.tsv",
    "mrpc/train.tsv",
    "goemotions/train.tsv",
    "goemotions/dev.tsv",
    "conll2003/valid.txt",
    "squad/train-sample-17articles.json",
    "chnsenticorp/train.tsv",
    "chnsenticorp/dev.tsv",
)


def assert_equal(judge: Judge, vocabulary: Vocabulary, texts: Sequence[str]) -> None:
    pieces = BertTokenizer(vocabulary)(tf.constant(list(texts), tf.string)).to_list()
    for text, ours, theirs in zip(texts, pieces, judge(vocabulary, texts), strict=True):
        assert ours == theirs, f"{text!r}: {tokens(vocabulary, ours)} instead of {tokens(vocabulary, theirs)}"


def tokens(vocabulary: Vocabulary, ids: Sequence[int]) -> list[str]:
    return [vocabulary.tokens[index] for index in ids]


def test_sample_data_equal(repository: pathlib.Path, reference: Judge, english: Vocabulary) -> None:
    with (repository / "examples" / "data" / "tickets.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["message"] for row in csv.DictReader(file)]
    assert len(texts) >= 400
    assert_equal(reference, english, texts)
    assert_equal(reference, dataclasses.replace(english, lowercase=False), texts)


@pytest.mark.parametrize("name", REAL_SETS)
def test_real_sets_equal(
    shared_data: pathlib.Path, reference: Judge, english: Vocabulary, chinese: Vocabulary, name: str
) -> None:
    vocabulary = chinese if name.startswith("chnsenticorp") else english
    lines = (shared_data / name).read_text(encoding="utf-8").split("\n")
    assert_equal(reference, vocabulary, lines)
    assert_equal(reference, dataclasses.replace(vocabulary, lowercase=False), lines)


def test_odd_texts_equal_in_english(reference: Judge, english: Vocabulary, odd_texts: list[str]) -> None:
    assert_equal(reference, english, odd_texts)


def test_odd_texts_equal_in_cased_english(reference: Judge, english_cased: Vocabulary, odd_texts: list[str]) -> None:
    assert_equal(reference, english_cased, odd_texts)


def test_odd_texts_equal_in_chinese(reference: Judge, chinese: Vocabulary, odd_texts: list[str]) -> None:
    assert_equal(reference, chinese, odd_texts)
    assert_equal(reference, dataclasses.replace(chinese, lowercase=False), odd_texts)


def _spells_no_special_token(text: str) -> bool:
    """The judge takes such text for the token; hypothesis tries it, since it stands in our sources."""
    return not any(token in text for token in SPECIAL_TOKENS)


@hypothesis.settings(deadline=None, max_examples=50)
@hypothesis.given(texts=st.lists(st.text().filter(_spells_no_special_token), min_size=1, max_size=100))
def test_any_text_equal(reference: Judge, english: Vocabulary, texts: list[str]) -> None:
    assert_equal(reference, english, texts)


@pytest.mark.parametrize("plane", [0, 1, 2, 3, 14, 15, 16])
def test_every_character_equal(reference: Judge, all_characters: Vocabulary, plane: int) -> None:
    codes = [code for code in range(plane << 16, plane + 1 << 16) if not 0xD800 <= code < 0xE000]
    assert_equal(reference, all_characters, [f"a{chr(code)}b" for code in codes])


def test_ill_formed_bytes_are_dropped(reference: Judge, english: Vocabulary, odd_bytes: list[bytes]) -> None:
    pieces = BertTokenizer(english)(tf.constant(odd_bytes)).to_list()
    assert pieces == reference(english, [text.decode("utf-8", "replace") for text in odd_bytes])


def test_a_word_counts_100_characters_not_bytes(english: Vocabulary) -> None:
    tokenizer = BertTokenizer(english)
    lengths = tokenizer(tf.constant(["a" * 100, "a" * 101, "я" * 100, "я" * 101, "的" * 200])).row_lengths()
    assert lengths.numpy().tolist() == [50, 1, 100, 1, 200]
    assert tokenizer(tf.constant(["x " + "a" * 101 + "!"])).to_list() == [[1060, english.unknown_id, 999]]


# What remains different from `tokenizers`; docs/tokenisation.md gives the reasons.


@pytest.mark.parametrize("special", SPECIAL_TOKENS)
def test_spelled_special_tokens_stay_text(reference: Judge, english: Vocabulary, special: str) -> None:
    text = f"a {special} b"
    (pieces,) = BertTokenizer(english)(tf.constant([text])).to_list()
    assert pieces == reference(english, ["a [ " + special[1:-1] + " ] b"])[0]
    assert pieces != reference(english, [text])[0]


def test_only_rare_marks_that_a_vocabulary_spells_keep_their_order(reference: Judge, english: Vocabulary) -> None:
    before, after = "a\u302e\u1b44", "a\u1b44\u302e"
    spelling = Vocabulary((*SPECIAL_TOKENS, "a", "##\u302e", "##\u1b44"), lowercase=True)
    ours = BertTokenizer(spelling)(tf.constant([before, after])).to_list()
    assert ours == [[5, 6, 7], [5, 7, 6]]
    assert reference(spelling, [before, after]) == [[5, 7, 6], [5, 7, 6]]
    assert_equal(reference, english, [before, after])


def test_judge_without_special_tokens_agrees(english: Vocabulary) -> None:
    ids = {token: index for index, token in enumerate(english.tokens)}
    judge = tokenizers.Tokenizer(tokenizers.models.WordPiece(ids, unk_token="[UNK]"))
    judge.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=True)
    judge.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    texts = [f"a {special}b" for special in SPECIAL_TOKENS]
    pieces = BertTokenizer(english)(tf.constant(texts)).to_list()
    assert pieces == [encoding.ids for encoding in judge.encode_batch(texts)]
