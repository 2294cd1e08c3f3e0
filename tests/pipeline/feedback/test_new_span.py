"""Where a new span goes: a path that the config's own pattern finds."""

import datetime
import pathlib

import pytest

from components.text_example_gen.config import DataConfig
from components.text_example_gen.source_file import find_source_files
from models.user_error import UserError
from pipeline.feedback.new_span import new_span_paths

TODAY = datetime.date(2026, 3, 7)


def _data(folder: pathlib.Path, **fields: object) -> DataConfig:
    paths = {name: f"{folder}/{value}" if isinstance(value, str) else value for name, value in fields.items()}
    return DataConfig.model_validate({"window": 30, **paths})


@pytest.mark.parametrize(
    ("pattern", "there", "expected"),
    [
        ("{SPAN}.csv", (), "1.csv"),
        ("{SPAN}/rows.csv", ("9/rows.csv", "10/rows.csv"), "11/rows.csv"),
        ("{SPAN:3}/*.csv.gz", ("007/a.csv.gz",), "008/feedback.csv.gz"),
        ("in/{YYYY}-{MM}-{DD}/t-*.jsonl", ("in/2026-03-07/t-1.jsonl",), "in/2026-03-07/t-feedback.jsonl"),
        ("{DD}.{MM}.{YYYY}.tsv", (), "07.03.2026.tsv"),
        ("s{SPAN}v{VERSION:2}.csv", ("s3v04.csv",), "s4v01.csv"),
        ("**/{SPAN}.csv", ("deep/2.csv",), "3.csv"),
    ],
)
def test_the_next_span(tmp_path: pathlib.Path, pattern: str, there: tuple[str, ...], expected: str) -> None:
    for name in there:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    data = _data(tmp_path, path=pattern)
    (path,) = new_span_paths(data, None, TODAY).values()
    assert path == tmp_path / expected
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    assert str(path) in {file.path for file in find_source_files(data)}


def test_splits_with_spans_get_a_file_each(tmp_path: pathlib.Path) -> None:
    (tmp_path / "train-4.csv").write_text("")
    data = _data(tmp_path, train="train-{SPAN}.csv", eval="eval-{SPAN}.csv", test="golden.csv")
    names = {field: path.name for field, path in new_span_paths(data, None, TODAY).items()}
    assert names == {"train": "train-5.csv", "eval": "eval-5.csv"}


@pytest.mark.parametrize(
    ("fields", "span", "words"),
    [
        ({"path": "rows.csv", "window": 1}, None, "no path of `data` has a placeholder"),
        ({"path": "{SPAN}.csv", "window": 1}, None, "trained on these rows alone"),
        ({"path": "{YYYY}{MM}{DD}.csv"}, "2026-01-02", "is there already"),
        ({"path": "{YYYY}{MM}{DD}.csv"}, "7", "the config's spans are days"),
        ({"path": "{SPAN}.csv"}, "2026-01-02", "the config's spans are whole numbers"),
        ({"path": "{SPAN}.csv"}, "x", "neither a whole number nor a day"),
        ({"path": "{SPAN}-{VERSION}.csv"}, "5", "a new version would replace it"),
        ({"path": "{SPAN}/r[ab].csv"}, None, "no file name for a new span follows"),
    ],
)
def test_what_cannot_be(tmp_path: pathlib.Path, fields: dict[str, object], span: str | None, words: str) -> None:
    (tmp_path / "20260102.csv").write_text("")
    (tmp_path / "5-1.csv").write_text("")
    with pytest.raises(UserError, match=words):
        new_span_paths(_data(tmp_path, **fields), span, TODAY)
