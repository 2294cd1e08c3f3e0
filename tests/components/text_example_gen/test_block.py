"""Cutting files into blocks."""

import gzip
import pathlib
import tempfile

import hypothesis
import pytest
from hypothesis import strategies as st

from components.text_example_gen.block import cut_into_blocks, read_block
from components.text_example_gen.config import DataConfig, Format
from components.text_example_gen.readers import documents
from components.text_example_gen.source_file import SourceFile

DATA = DataConfig(path="unused", quoting=False, header=True)


def lines_of_blocks(file: SourceFile, data: DataConfig, block_bytes: int) -> list[list[tuple[int, object]]]:
    return [
        [(record.line, record.values) for record in read_block(block, data, ())]
        for block in cut_into_blocks(file, data, block_bytes)
    ]


@pytest.mark.parametrize("block_bytes", [1, 2, 3, 7, 10, 1000])
@pytest.mark.parametrize("end", [b"", b"\n", b"\n\n"])
def test_blocks_hold_the_rows_of_the_file(tmp_path: pathlib.Path, block_bytes: int, end: bytes) -> None:
    path = tmp_path / "file.tsv"
    path.write_bytes(b"\xef\xbb\xbfa\tb\n" + b"\n".join(b"%d\tx" % n for n in range(20)) + end)
    file = SourceFile(0, str(path), None, "tsv", gzip=False, columns=("a", "b"))
    blocks = lines_of_blocks(file, DATA, block_bytes)
    assert [row for block in blocks for row in block] == [(n + 2, {"a": str(n), "b": "x"}) for n in range(20)]
    assert (len(blocks) == 1) == (block_bytes == 1000)


def test_blocks_are_numbered_and_meet(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "file.jsonl"
    path.write_bytes(b'{"a": 1}\n' * 10)
    blocks = list(cut_into_blocks(SourceFile(3, str(path), None, "jsonl", gzip=False), DATA, 20))
    assert [(block.index, block.offset, block.num_bytes, block.first_line) for block in blocks] == [
        (0, 0, 27, 1),
        (1, 27, 27, 4),
        (2, 54, 27, 7),
        (3, 81, 9, 10),
    ]


@pytest.mark.parametrize(("file_format", "quoting", "compressed"), [("csv", True, False), ("tsv", False, True)])
def test_file_is_one_block_where_a_row_may_span_lines_or_no_place_can_be_found(
    tmp_path: pathlib.Path, file_format: Format, quoting: bool, compressed: bool
) -> None:
    path = tmp_path / "file"
    data = b"a\n1\n2\n3\n"
    path.write_bytes(gzip.compress(data) if compressed else data)
    file = SourceFile(0, str(path), None, file_format, gzip=compressed, columns=("a",))
    config = DataConfig(path="unused", quoting=quoting)
    assert lines_of_blocks(file, config, 2) == [[(2, {"a": "1"}), (3, {"a": "2"}), (4, {"a": "3"})]]


def test_empty_file_has_no_rows(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "file.tsv"
    path.touch()
    assert lines_of_blocks(SourceFile(0, str(path), None, "tsv", gzip=False), DATA, 10) == []


@hypothesis.settings(deadline=None)
@hypothesis.given(
    lines=st.lists(st.sampled_from([b"\n", b" \r\n", b"a\n", b"b c\n", "\u3000\n".encode()]), max_size=30),
    block_bytes=st.integers(1, 40),
)
def test_blocks_of_documents_hold_whole_documents(lines: list[bytes], block_bytes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "file.txt"
        path.write_bytes(b"".join(lines) + b"end")
        file = SourceFile(0, str(path), None, "documents", gzip=False)
        blocks = list(cut_into_blocks(file, DATA, block_bytes))
        (whole,) = lines_of_blocks(file, DATA, 1000)
        assert [row for block in lines_of_blocks(file, DATA, block_bytes) for row in block] == whole
        assert sum(block.num_bytes or 0 for block in blocks) == path.stat().st_size
        longest = max(len(line) for line in [*lines, b"end"]) * (len(lines) + 1)
        assert len(blocks) >= path.stat().st_size / (block_bytes + 2 * longest)


def test_documents_are_cut_at_the_next_blank_line(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "file.txt"
    path.write_bytes(b"a\nb\n\n" * 10)
    blocks = list(cut_into_blocks(SourceFile(0, str(path), None, "documents", gzip=False), DATA, 11))
    assert [(block.index, block.offset, block.num_bytes, block.first_line) for block in blocks] == [
        (0, 0, 15, 1),
        (1, 15, 15, 10),
        (2, 30, 15, 19),
        (3, 45, 5, 28),
    ]


def test_rest_behind_a_document_too_long_is_read_as_a_stream(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "MAX_DOCUMENT_BYTES", 20)
    path = tmp_path / "file.txt"
    path.write_bytes(b"a\n\n" * 3 + b"12345678\n" * 4 + b"\nb\n")
    file = SourceFile(0, str(path), None, "documents", gzip=False)
    blocks = list(cut_into_blocks(file, DATA, 5))
    assert [(block.offset, block.num_bytes) for block in blocks] == [(0, 9), (9, None)]
    a, b = {"text": "a"}, {"text": "b"}
    assert lines_of_blocks(file, DATA, 5) == [[(1, a), (3, a), (5, a)], [(7, None), (12, b)]]


@pytest.mark.parametrize(
    ("file_format", "data", "columns"),
    [
        ("conll", b"a O\n\nb O\n", {"words", "tags"}),
        ("documents", b"a\n\nb\n", {"text"}),
        (
            "squad",
            b'{"data": [{"paragraphs": [{"context": "c", "qas": ['
            b'{"id": 1, "question": "a", "answers": []}, {"id": 2, "question": "b", "answers": []}]}]}]}',
            {"id", "title", "question", "context", "answers", "is_impossible"},
        ),
    ],
)
def test_formats_of_one_task_in_gzip(
    tmp_path: pathlib.Path, file_format: Format, data: bytes, columns: set[str]
) -> None:
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(data))
    (rows,) = lines_of_blocks(SourceFile(0, str(path), None, file_format, gzip=True), DATA, 2)
    assert [set(values or {}) for _, values in rows] == [columns, columns]
