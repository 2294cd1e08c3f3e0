"""Reading CoNLL files."""

import io
import pathlib
from collections import Counter

import pytest

from components.text_example_gen.readers.conll import read_conll
from components.text_example_gen.readers.record import Record
from models.named_entities.spans_of_words import spans_of_words


def read(data: bytes) -> list[Record]:
    return list(read_conll(io.BytesIO(data)))


def words(data: bytes) -> list[tuple[int, list[str]]]:
    return [(record.line, record.values["words"]) for record in read(data) if record.values]


def test_sentences_with_line_text_and_columns() -> None:
    data = b"-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n\nPeter NNP B-NP B-PER\n"
    assert read(data) == [
        Record(
            3,
            b"EU NNP B-NP B-ORG\nrejects VBZ B-VP O\n",
            {"words": ["EU", "rejects"], "1": ["NNP", "VBZ"], "2": ["B-NP", "B-VP"], "tags": ["B-ORG", "O"]},
        ),
        Record(6, b"Peter NNP B-NP B-PER\n", {"words": ["Peter"], "1": ["NNP"], "2": ["B-NP"], "tags": ["B-PER"]}),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"a O\nb O\n\nc O\n",
        b"a O\nb O\n\nc O",
        b"a\tO\nb \t O\n\n\n\nc  O \n\n",
        b"a O\r\nb O\r\n\r\nc O\r\n",
        b"\xef\xbb\xbfa O\nb O\n\nc O",
        b"a O\nb O\n \t\nc O",
        b"a O\nb O\n-DOCSTART- O\nc O",
        b"a O\nb O\n-DOCSTART-\tO\n\nc O",
        "a O\nb O\n\u3000\nc O".encode(),
        b"# text = a b\n# id 5 domain=en\na O\nb O\n\n# newdoc\n\n# id\nc O\n",
    ],
)
def test_ways_to_write_the_same(data: bytes) -> None:
    assert [(record.values, record.fault) for record in read(data)] == [
        ({"words": ["a", "b"], "tags": ["O", "O"]}, ""),
        ({"words": ["c"], "tags": ["O"]}, ""),
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"\n\n", []),
        (b"-DOCSTART- -X- O O\n\n", []),
        (b"# # O O\na b O O\n", [(1, ["#", "a"])]),
        (b"# B-X\n", [(1, ["#"])]),
        (b"#\tNN\n", [(1, ["#"])]),
        (b"#tag O\n", [(1, ["#tag"])]),
        (b"# text = x\na 5\n# 7\n", [(2, ["a", "#"])]),
        ("\u00a0 O\nNew\u00a0York\tB-LOC\n".encode(), [(1, ["\u00a0", "New\u00a0York"])]),
    ],
)
def test_what_is_a_word(data: bytes, expected: list[tuple[int, list[str]]]) -> None:
    assert words(data) == expected


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        (b"x O\ny NN O\n", "tags and words of different number: line 5 has 3 columns, line 4 has 2 columns"),
        (b"x O\ny\n", "tags and words of different number: line 5 has 1 column, line 4 has 2 columns"),
        (b"x\tNN\tO\ny\t\tO\n", "tags and words of different number: line 5 has 2 columns, line 4 has 3 columns"),
        (b"x\ny\n", "one column only: line 4 has a word and no tag"),
        (b"x O\n\xff O\n", "invalid UTF-8: byte 0xff at byte 4 of the row"),
        (b"x O\n\0 O\n", "NUL byte: at byte 4 of the row"),
    ],
)
def test_bad_sentence_is_one_reject(bad: bytes, fault: str) -> None:
    records = read(b"a O\nb O\n\n" + bad + b"\nc O\n")
    assert [record.fault for record in records] == ["", fault, ""]
    assert (records[1].line, records[1].raw, records[1].values) == (4, bad, None)
    assert records[2].line == 7


@pytest.mark.parametrize(
    ("name", "sentences", "tokens", "entities"),
    [
        ("train", 14_041, 203_621, {"LOC": 7_140, "PER": 6_600, "ORG": 6_321, "MISC": 3_438}),
        ("valid", 3_250, 51_362, {"LOC": 1_837, "PER": 1_842, "ORG": 1_341, "MISC": 922}),
        ("test", 3_453, 46_435, {"LOC": 1_668, "PER": 1_617, "ORG": 1_661, "MISC": 702}),
    ],
)
def test_conll_2003(
    shared_data: pathlib.Path, name: str, sentences: int, tokens: int, entities: dict[str, int]
) -> None:
    with (shared_data / "conll2003" / f"{name}.txt").open("rb") as file:
        values = [record.values for record in read_conll(file)]
    found = [spans_of_words(row["words"], row["tags"]) for row in values if row]
    assert (len(values), len(found)) == (sentences, sentences)
    assert sum(len(row["words"]) for row in values if row) == tokens
    assert Counter(entity.type for text in found for entity in text.entities) == entities
