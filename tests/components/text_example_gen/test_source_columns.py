"""The columns that a file has, and whether they are those that are wanted."""

import gzip
import pathlib
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from components.text_example_gen.config import DataConfig
from components.text_example_gen.ingest_job import IngestJob
from models.tasks.interface.chosen_task import ChosenTask
from models.user_error import UserError

SQUAD = b'{"data": [{"paragraphs": [{"context": "c", "qas": [{"id": 1, "question": "q", "answers": []}]}]}]}'


def columns(path: pathlib.Path, **config: Any) -> tuple[str, ...]:
    names = {"columns": {"text": "a", "label": "b"}, **config}
    (file,) = IngestJob(ChosenTask("text_classification").to_json(), DataConfig(path=str(path), **names)).source_files()
    return file.columns


@pytest.mark.parametrize("data", [b"a,b\n1,2\n", b"\xef\xbb\xbfa,b\n", b'"a","b"', b"a, b \r\n", b"\n\na,b\n"])
def test_header(tmp_path: pathlib.Path, data: bytes) -> None:
    (tmp_path / "f.csv").write_bytes(data)
    assert columns(tmp_path / "f.csv") == ("a", "b")


def test_header_in_gzip(tmp_path: pathlib.Path) -> None:
    (tmp_path / "f.tsv.gz").write_bytes(gzip.compress(b"a\tb\n"))
    assert columns(tmp_path / "f.tsv.gz") == ("a", "b")


def test_without_header_columns_are_numbered_as_most_rows_have_them(tmp_path: pathlib.Path) -> None:
    (tmp_path / "f.csv").write_bytes(b"x\nx,y,z\nx,y,z\n")
    assert columns(tmp_path / "f.csv", header=False, columns={"text": 0, "label": 2}) == ("0", "1", "2")


def test_jsonl_keys_of_the_first_rows(tmp_path: pathlib.Path) -> None:
    (tmp_path / "f.jsonl").write_bytes(b'oops\n{"a": 1}\n{"b": 1, "a": 2}\n')
    assert columns(tmp_path / "f.jsonl") == ("a", "b")


def test_parquet_schema(tmp_path: pathlib.Path) -> None:
    pq.write_table(pa.table({"a": ["x"], "b": ["y"], "c": [1]}), tmp_path / "f.parquet")
    assert columns(tmp_path / "f.parquet") == ("a", "b", "c")


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("f.conll", b"x\n\na b O\n\na b c O\n", ("words", "1", "tags", "2")),
        ("f.txt", b"a\n\nb\n", ("text",)),
        ("f.json", SQUAD, ("id", "title", "question", "context", "answers", "is_impossible")),
    ],
)
def test_formats_of_one_task(tmp_path: pathlib.Path, name: str, data: bytes, expected: tuple[str, ...]) -> None:
    (tmp_path / name).write_bytes(data)
    names = {"text": expected[0], "label": expected[-1]}
    assert columns(tmp_path / name, columns=names) == expected


@pytest.mark.parametrize("name", ["f.jsonl", "f.conll", "f.txt"])
def test_file_without_rows_passes(tmp_path: pathlib.Path, name: str) -> None:
    (tmp_path / name).touch()
    assert columns(tmp_path / name) == ()


@pytest.mark.parametrize(
    ("name", "data", "config", "message"),
    [
        ("f.csv", b"message,topic\n", {"columns": {"text": "mesage"}},
         r"f\.csv has no column 'mesage' \(`text`\); did you mean 'message'\? Its columns: 'message', 'topic'"),
        ("f.csv", b"text,topic\n", {"columns": {}}, r"no column 'label' \(`label`\)\. Its columns: 'text', 'topic'"),
        ("f.jsonl", b'{"text": 1, "labels": 2}\n', {"columns": {}}, "no column 'label' .* did you mean 'labels'"),
        ("f.csv", b"text,label\n", {"columns": {}, "extra_columns": ("Channel",)}, "no column 'Channel'"),
        ("f.csv", b"text,text,label\n", {"columns": {}}, "has 2 columns called 'text'"),
        ("f.csv", b"text,label\n", {"columns": {"txt": "text"}}, "names 'txt', .* did you mean 'text'"),
        ("f.csv", b"text,label\n", {"columns": {}, "extra_columns": ("label",)}, "a name that is taken"),
        ("f.csv", b'"text,label\n', {"columns": {}}, r"the header of .*f\.csv, line 1, cannot be read: unclosed quote"),
        ("f.csv", "text,label\n".encode("utf-16"), {"columns": {}}, "is UTF-16 text; save it as UTF-8"),
        ("f.conll", "a O\n".encode("utf-16"), {}, "is UTF-16 text; save it as UTF-8"),
        ("f.json", b'{"text": 1}\n', {}, r"f\.json cannot be read as squad: .* say `data\.format: jsonl`"),
        ("f.json.gz", b"{}", {}, r"f\.json\.gz cannot be read as squad: broken gzip data"),
        ("f.jsonl.gz", b"{}", {}, r"f\.jsonl\.gz cannot be read as jsonl: broken gzip data"),
        ("f.parquet", b"text,label\n", {}, r"f\.parquet cannot be read as parquet"),
        ("f.tfrecord", b"text,label\n", {}, r"f\.tfrecord cannot be read as tfrecord: after record 0"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_stops_before_the_run(
    tmp_path: pathlib.Path, name: str, data: bytes, config: dict[str, Any], message: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UserError, match=message):
        columns(tmp_path / name, **config)
