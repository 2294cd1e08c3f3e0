"""Finding the files that the config names."""

import pathlib

import pytest

from components.text_example_gen.config import DataConfig
from components.text_example_gen.source_file import find_source_files
from models.user_error import UserError


def make_files(folder: pathlib.Path, *names: str) -> None:
    for name in names:
        (folder / name).touch()


def test_globs_endings_and_splits(tmp_path: pathlib.Path) -> None:
    make_files(tmp_path, "b.jsonl.gz", "a.csv", "dev.parquet", "other.csv")
    data = DataConfig(train=f"{tmp_path}/[ab].*", eval=f"{tmp_path}/dev.*")
    found = [(f.index, pathlib.Path(f.path).name, f.split, f.format, f.gzip) for f in find_source_files(data)]
    assert found == [
        (0, "a.csv", "train", "csv", False),
        (1, "b.jsonl.gz", "train", "jsonl", True),
        (2, "dev.parquet", "eval", "parquet", False),
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.conll", "conll"),
        ("a.bio.gz", "conll"),
        ("a.iob", "conll"),
        ("a.json", "squad"),
        ("a.json.gz", "squad"),
        ("a.jsonl", "jsonl"),
        ("a.ndjson", "jsonl"),
        ("a.txt.gz", "documents"),
    ],
)
def test_format_by_ending(tmp_path: pathlib.Path, name: str, expected: str) -> None:
    make_files(tmp_path, name)
    (file,) = find_source_files(DataConfig(path=f"{tmp_path}/*"))
    assert (file.format, file.gzip) == (expected, name.endswith(".gz"))


def test_format_of_the_config_goes_before_the_ending(tmp_path: pathlib.Path) -> None:
    make_files(tmp_path, "a.txt", "b.csv.gz")
    files = find_source_files(DataConfig(path=f"{tmp_path}/*", format="tsv"))
    assert [(file.split, file.format, file.gzip) for file in files] == [(None, "tsv", False), (None, "tsv", True)]


def test_pattern_without_a_file_is_named(tmp_path: pathlib.Path) -> None:
    make_files(tmp_path, "a.csv")
    with pytest.raises(UserError, match=r"no file matches `data\.eval`: .*dev\*\.csv"):
        find_source_files(DataConfig(train=f"{tmp_path}/a.csv", eval=f"{tmp_path}/dev*.csv"))


def test_unknown_ending_is_named(tmp_path: pathlib.Path) -> None:
    make_files(tmp_path, "a.xlsx")
    with pytest.raises(UserError, match=r"a\.xlsx .*set `data\.format`"):
        find_source_files(DataConfig(path=f"{tmp_path}/*"))


def test_file_in_two_splits_is_named(tmp_path: pathlib.Path) -> None:
    make_files(tmp_path, "a.csv", "dev.csv")
    with pytest.raises(UserError, match=r"dev\.csv is matched by `data\.train` and by `data\.eval`"):
        find_source_files(DataConfig(train=f"{tmp_path}/*.csv", eval=f"{tmp_path}/dev.csv"))
