"""Reading plain text."""

import io

import pytest

from components.text_example_gen.readers import documents
from components.text_example_gen.readers.documents import read_documents, rest_of_document
from components.text_example_gen.readers.record import Record


def read(data: bytes) -> list[Record]:
    return list(read_documents(io.BytesIO(data)))


def test_documents_with_line_and_text() -> None:
    assert read(b"\na b\n c \n\n\nd\n") == [
        Record(2, b"a b\n c \n", {"text": "a b\n c "}),
        Record(6, b"d\n", {"text": "d"}),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"a\nb\n\nc",
        b"\xef\xbb\xbfa\nb\n\nc\n\n\n",
        b"a\r\nb\r\n\r\nc\r\n",
        b"a\nb\n \t\nc\n",
        "a\nb\n\u3000\u00a0\nc\n".encode(),
    ],
)
def test_ways_to_write_the_same(data: bytes) -> None:
    assert [record.values for record in read(data)] == [{"text": "a\nb"}, {"text": "c"}]


@pytest.mark.parametrize("data", [b"", b"\n", b"\xef\xbb\xbf", b" \r\n\t\n"])
def test_no_document(data: bytes) -> None:
    assert read(data) == []


def test_other_line_ends_are_text() -> None:
    assert read("a\u2028b\rc\n".encode())[0].values == {"text": "a\u2028b\rc"}


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        (b"x\n\xff\n", "invalid UTF-8: byte 0xff at byte 2 of the row"),
        (b"x\0\n", "NUL byte: at byte 1 of the row"),
    ],
)
def test_bad_document_is_one_reject(bad: bytes, fault: str) -> None:
    records = read(b"a\n\n" + bad + b"\nb\n")
    assert [record.fault for record in records] == ["", fault, ""]
    assert (records[1].line, records[1].raw, records[1].values) == (3, bad, None)


@pytest.mark.parametrize("lines", [b"0123456789\n", b"012345\n6789\nabc\n"])
def test_document_too_long_is_one_reject_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch, lines: bytes) -> None:
    monkeypatch.setattr(documents, "MAX_DOCUMENT_BYTES", 10)
    records = read(b"a\n\n" + lines + b"\n123456789\n\nb\nc\n")
    fault = f"document too long: {len(lines)} bytes without a blank line, at most 10 are read"
    assert [record.fault for record in records] == ["", fault, "", ""]
    assert records[1].raw == lines.splitlines(keepends=True)[0]
    assert [record.values for record in records[2:]] == [{"text": "123456789"}, {"text": "b\nc"}]


def test_end_of_a_document_too_long_is_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_DOCUMENT_BYTES", 10)
    file = io.BytesIO(b"123456\n" * 100 + b"\n")
    assert rest_of_document(file) is None
    assert file.tell() < 30
