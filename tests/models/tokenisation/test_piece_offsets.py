import csv
import dataclasses
import pathlib
import pickle
from collections.abc import Callable, Sequence

import hypothesis
import pytest
import tensorflow as tf
import tokenizers
from hypothesis import strategies as st
from tensorflow.python.framework import op_def_registry

from models.tokenisation.bert_tokenizer import BertTokenizer
from models.tokenisation.piece_offsets import Pieces
from models.tokenisation.vocabulary import SPECIAL_TOKENS, Vocabulary

REAL_SETS = ("sst2/dev.tsv", "conll2003/valid.txt", "goemotions/dev.tsv", "chnsenticorp/dev.tsv")

# Text, vocabulary words beyond the letters, what lies under each piece.
CASES = [
    ("", []),
    (" \t\u00a0\u3000\u200b\u0301", []),
    ("  ab\tc\u00a0d\n", ["a", "b", "c", "d"]),
    ("aÉb", ["a", "É", "b"]),
    ("ae\u0301b", ["a", "e", "b"]),
    ("a\u0301", ["a"]),
    ("今天abc。", ["今", "天", "a", "b", "c", "。"]),
    ("👍a 👍", ["👍a", "👍"]),
    ("𠀀a", ["𠀀", "a"]),
    ("x" * 101 + "!a", ["x" * 101, "!", "a"]),
    ("é" * 500 + " a", ["é" * 500, "a"]),
    ("e\u0301" * 101, ["e\u0301" * 100 + "e"]),
    ("a\x07b\u200bc", ["a", "b", "c"]),
    ("\ufeffab", ["a", "b"]),
    ("x\0y", ["x", "y"]),
]


@pytest.fixture(scope="module")
def letters() -> Vocabulary:
    """Spells ASCII letters one by one, so that each piece is one."""
    pieces = [chr(code) for code in range(0x61, 0x7B)]
    return Vocabulary((*SPECIAL_TOKENS, *pieces, *(f"##{piece}" for piece in pieces)), lowercase=True)


def assert_equal_to_tokenizers(vocabulary: Vocabulary, texts: Sequence[str], raw: Sequence[bytes] = ()) -> None:
    tokenizer = BertTokenizer(vocabulary)
    strings = tf.constant(list(raw or texts), tf.string)
    pieces = tokenizer.tokenize_with_offsets(strings)
    assert pieces.ids.to_list() == tokenizer(strings).to_list()
    for text, ours, theirs in zip(texts, rows(pieces), encodings(vocabulary, texts), strict=True):
        assert ours == theirs, repr(text)


def rows(pieces: Pieces) -> list[list[tuple[int, ...]]]:
    """Id, start, end, whether it begins a word: of each piece of each row."""
    columns = [column.to_list() for column in pieces]
    return [list(zip(*row, strict=True)) for row in zip(*columns, strict=True)]


def encodings(vocabulary: Vocabulary, texts: Sequence[str]) -> list[list[tuple[int, ...]]]:
    """The same by the `tokenizers` package, told of no special tokens, so that `[SEP]` is text as it is to us."""
    ids = {token: index for index, token in enumerate(vocabulary.tokens)}
    judge = tokenizers.Tokenizer(tokenizers.models.WordPiece(ids, unk_token="[UNK]"))
    judge.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=vocabulary.lowercase)
    judge.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    results = []
    for encoding in judge.encode_batch(list(texts), add_special_tokens=False):
        # Pieces of a word follow each other with one word number.
        words = [None, *encoding.word_ids]
        begins = [int(words[index] != words[index + 1]) for index in range(len(encoding.ids))]
        results.append(
            [(i, *span, begin) for i, span, begin in zip(encoding.ids, encoding.offsets, begins, strict=True)]
        )
    return results


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_pieces_lie_where_they_were_read(letters: Vocabulary, text: str, expected: list[str]) -> None:
    (row,) = rows(BertTokenizer(letters).tokenize_with_offsets(tf.constant([text])))
    assert [text[start:end] for _, start, end, _ in row] == expected
    assert_equal_to_tokenizers(letters, [text])


def test_offsets_start_anew_in_each_text(letters: Vocabulary) -> None:
    texts = ["", "é今b", "", "👍 c!", "d"]
    pieces = BertTokenizer(letters).tokenize_with_offsets(tf.constant(texts))
    assert pieces.starts.to_list() == [[], [0, 1, 2], [], [0, 2, 3], [0]]
    assert pieces.ends.to_list() == [[], [1, 2, 3], [], [1, 3, 4], [1]]


def test_words_begin_at_white_space_punctuation_and_ideographs(letters: Vocabulary) -> None:
    pieces = BertTokenizer(letters).tokenize_with_offsets(tf.constant(["abc d-e今今fg", "ab"]))
    assert pieces.begins_word.to_list() == [[1, 0, 0, 1, 1, 1, 1, 1, 1, 0], [1, 0]]


def test_odd_texts_equal(english: Vocabulary, english_cased: Vocabulary, odd_texts: list[str]) -> None:
    assert_equal_to_tokenizers(english, odd_texts)
    assert_equal_to_tokenizers(english_cased, odd_texts[:3000])


@pytest.mark.parametrize("lowercase", [True, False])
def test_every_kind_of_character_equal(letters: Vocabulary, lowercase: bool) -> None:
    alike = (range(0x3400, 0x9F00), range(0xAD00, 0xD700), range(0xD800, 0xF900), range(0x17000, 0x1CC00))
    codes = [code for code in range(0x20000) if not any(code in part for part in alike)]
    vocabulary = dataclasses.replace(letters, lowercase=lowercase)
    assert_equal_to_tokenizers(vocabulary, [f"a{chr(code)}b" for code in (*codes, *range(0x2F800, 0x2FA20))])


@hypothesis.settings(deadline=None, max_examples=20)
@hypothesis.given(texts=st.lists(st.text(), min_size=1, max_size=100))
def test_any_text_equal(english: Vocabulary, texts: list[str]) -> None:
    assert_equal_to_tokenizers(english, texts)


def test_ill_formed_bytes_count_as_the_characters_that_python_replaces_them_by(
    english: Vocabulary, odd_bytes: list[bytes]
) -> None:
    assert_equal_to_tokenizers(english, [text.decode("utf-8", "replace") for text in odd_bytes], raw=odd_bytes)


def test_sample_data_equal(repository: pathlib.Path, english: Vocabulary) -> None:
    with (repository / "examples" / "data" / "tickets.csv").open(encoding="utf-8", newline="") as file:
        assert_equal_to_tokenizers(english, [row["message"] for row in csv.DictReader(file)])


@pytest.mark.parametrize("name", REAL_SETS)
def test_real_sets_equal(shared_data: pathlib.Path, english: Vocabulary, chinese: Vocabulary, name: str) -> None:
    vocabulary = chinese if name.startswith("chnsenticorp") else english
    lines = (shared_data / name).read_text(encoding="utf-8").split("\n")[:3000]
    assert_equal_to_tokenizers(vocabulary, lines)
    assert_equal_to_tokenizers(dataclasses.replace(vocabulary, lowercase=False), ["\n".join(lines)])


def test_returns_int32_of_equal_rows(letters: Vocabulary) -> None:
    tokenizer = BertTokenizer(letters)
    for texts in (["a b", ""], []):
        pieces = tokenizer.tokenize_with_offsets(tf.constant(texts, tf.string))
        assert {column.dtype for column in pieces} == {tf.int32}
        assert len({column.row_splits.ref() for column in pieces}) == 1
        assert [row.shape[0] for row in pieces] == [len(texts)] * 4


def test_can_be_served(letters: Vocabulary, tmp_path: pathlib.Path) -> None:
    texts = tf.constant(["naïve 今 " + "x" * 101, "", "👍 b"])
    module = tf.Module()
    module.tokenizer = pickle.loads(pickle.dumps(BertTokenizer(letters)))
    expected = rows(module.tokenizer.tokenize_with_offsets(texts))

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "texts")])
    def locate(texts: tf.Tensor) -> dict[str, tf.Tensor]:
        pieces = module.tokenizer.tokenize_with_offsets(texts)
        return {name: column.to_tensor(-1) for name, column in pieces._asdict().items()}

    tf.saved_model.save(module, str(tmp_path), signatures=locate)
    served = tf.saved_model.load(str(tmp_path)).signatures["serving_default"](texts)
    columns = [tf.RaggedTensor.from_tensor(served[name], padding=-1) for name in Pieces._fields]
    assert rows(Pieces(*columns)) == expected


def test_needs_no_kernels_or_state_beyond_those_of_a_plain_call(letters: Vocabulary) -> None:
    tokenizer = BertTokenizer(letters)
    plain, located = (ops_of(function) for function in (tokenizer, tokenizer.tokenize_with_offsets))
    assert {op for op in located if is_of_text(op)} == {op for op in plain if is_of_text(op)}
    assert not [op for op in located if op_def_registry.get(op).is_stateful]


def ops_of(function: Callable[[tf.Tensor], object]) -> set[str]:
    graph = tf.function(function).get_concrete_function(tf.TensorSpec([None], tf.string)).graph.as_graph_def()
    return {node.op for inner in graph.library.function for node in inner.node_def}


def is_of_text(op: str) -> bool:
    return op.startswith(("Fast", "TFText"))
