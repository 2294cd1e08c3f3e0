import gzip
import io
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from components.text_example_gen.tfrecord_frames import frame
from models.user_error import UserError
from pipeline.guess.file_format import guess_format

SQUAD = b'{"data": [{"title": "t", "paragraphs": [{"context": "c", "qas": []}]}]}'


def _parquet() -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table({"text": ["a"]}), file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.csv", b"text,label\n", ("csv", False, "csv")),
        ("a.tsv", b"text\tlabel\n", ("tsv", False, "tsv")),
        ("a.tsv.gz", gzip.compress(b"text\tlabel\n", mtime=0), ("tsv", True, "tsv")),
        ("a.tsv", b"one column, of text\n", ("tsv", False, "tsv")),
        ("a.txt", b"text\tlabel\nx\ty\n", ("tsv", False, None)),
        ("a.txt", b"text,label\nx,y\n", ("csv", False, None)),
        ("a.txt", b'{"text": "x"}\n', ("jsonl", False, None)),
        ("a.json", b'\xef\xbb\xbf\n{"text": "x"}\n{"text": "y"}\n', ("jsonl", False, None)),
        ("a.ndjson", b'{"text": "x"}\n', ("jsonl", False, "jsonl")),
        ("a.csv", b'{"text": "x"}\n', ("jsonl", False, "csv")),
        ("a.csv", b"{curly} text,label\n", ("csv", False, "csv")),
        ("a.parquet", _parquet(), ("parquet", False, "parquet")),
        ("a", _parquet(), ("parquet", False, None)),
        ("a.tfrecord", frame(b"any"), ("tfrecord", False, "tfrecord")),
        ("a-00000-of-00001", frame(b"any"), ("tfrecord", False, None)),
        ("a.json", SQUAD, ("squad", False, "squad")),
        ("a.json.gz", gzip.compress(SQUAD, mtime=0), ("squad", True, "squad")),
        ("a.txt", SQUAD, ("squad", False, None)),
        ("a.txt", b"-DOCSTART- -X- O\n\nEU NNP B-ORG\nrejects VBZ O\n\nPeter NNP B-PER\n", ("conll", False, None)),
        ("a.conll", b"EU B-ORG\nrejects O\n\nPeter B-PER\n", ("conll", False, "conll")),
        ("a.bio", b"EU S-ORG\nrejects misc\n", ("conll", False, "conll")),
        ("a.tsv", b"# EU\nEU\tB-ORG\nrejects\tO\n\nPeter\tM-PER\n", ("conll", False, "tsv")),
        ("a.tsv", b"EU\tB-ORG\nrejects\tverb\n\nPeter\tB-PER\n", ("tsv", False, "tsv")),
        ("latin1.csv", "text,label\nwas für ein Tag das heute war,gut\n".encode("latin-1"), ("csv", False, "csv")),
    ],
)
def test_content_decides_before_the_ending(
    tmp_path: pathlib.Path, name: str, content: bytes, expected: tuple[object, ...]
) -> None:
    (tmp_path / name).write_bytes(content)
    assert tuple(guess_format(tmp_path / name)) == expected


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.txt", b"Some text, with commas.\n\nAnother.\n", ("documents", False, "documents")),
        ("a.md", b"text\tlabel\n", ("documents", False, None)),
        ("a.csv", b"text,label\n", ("csv", False, "csv")),
        ("a.txt", b'{"text": "x"}\n', ("jsonl", False, None)),
    ],
)
def test_text_is_documents_where_these_are_wanted(
    tmp_path: pathlib.Path, name: str, content: bytes, expected: tuple[object, ...]
) -> None:
    (tmp_path / name).write_bytes(content)
    assert tuple(guess_format(tmp_path / name, is_plain=True)) == expected


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\xef\xbb\xbf \n", "is empty"),
        ("a.csv.gz", gzip.compress(b"", mtime=0), "is empty"),
        ("a.csv.gz", b"text,label\n", "does not hold gzip data"),
        ("a.csv.gz", gzip.compress(b"a,b\n" * 9, mtime=0)[:15], "cannot be read"),
        ("a.csv", gzip.compress(b"text,label\n", mtime=0), "holds gzip data"),
        ("a.parquet", b"text,label\n", "is not a Parquet file"),
        ("a.xlsx", b"PK\x03\x04....", "Excel"),
        ("a.csv", "text,label".encode("utf-16"), "UTF-16"),
        ("a.bin", bytes(range(256)) * 8, "not text in UTF-8"),
        ("a.txt", "привет мир как дела\n".encode("cp1251"), "not text in UTF-8"),
        ("a.json", b'[{"text": "x"}]', "one JSON document"),
        ("a.json", b'{\n "text": "x"\n}', "one JSON document"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: pathlib.Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=message):
        guess_format(tmp_path / name)


def test_missing_file_folder_and_address_name_the_way_out(tmp_path: pathlib.Path) -> None:
    (tmp_path / "notes.csv").write_text("a,b\n")
    (tmp_path / "train.csv").write_text("a,b\n")
    with pytest.raises(UserError, match=r"there is no file .*trian\.csv; did you mean .*train\.csv\?"):
        guess_format(tmp_path / "trian.csv")
    with pytest.raises(UserError, match=r"is a folder; name the file, such as .*train\.csv"):
        guess_format(tmp_path)
    with pytest.raises(UserError, match="not on this machine"):
        guess_format(pathlib.Path("gs://bucket/train.csv"))
    with pytest.raises(UserError, match="no regular file"):
        guess_format(pathlib.Path("/dev/null"))
