"""Finding the files that the config names."""

import pathlib

import pytest

from components.text_example_gen.config import DataConfig
from components.text_example_gen.source_file import find_source_files, with_chosen_span
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


def make_days(folder: pathlib.Path, split: str, *days: int) -> None:
    for day in days:
        (folder / f"2026-11-{day:02}").mkdir(parents=True, exist_ok=True)
        (folder / f"2026-11-{day:02}" / f"{split}.csv").touch()


def spans_of(data: DataConfig) -> list[tuple[str | None, str, str | None]]:
    return [(file.split, "/".join(pathlib.Path(file.path).parts[-2:]), file.span) for file in find_source_files(data)]


def test_the_days_of_a_window_beside_a_file_that_stays(tmp_path: pathlib.Path) -> None:
    make_days(tmp_path, "train-1", 16, 18, 20)
    make_days(tmp_path, "train-2", 18)
    make_days(tmp_path, "eval", 20)
    make_files(tmp_path, "test.csv")
    day = f"{tmp_path}/{{YYYY}}-{{MM}}-{{DD}}"
    data = DataConfig(train=f"{day}/train*.csv", test=f"{tmp_path}/test.csv", eval=f"{day}/eval.csv", window=3)
    assert spans_of(data.model_copy(update={"eval": f"{tmp_path}/*20/eval.csv"})) == [
        ("train", "2026-11-18/train-1.csv", "2026-11-18"),
        ("train", "2026-11-18/train-2.csv", "2026-11-18"),
        ("train", "2026-11-20/train-1.csv", "2026-11-20"),
        ("eval", "2026-11-20/eval.csv", None),
        ("test", f"{tmp_path.name}/test.csv", None),
    ]
    # A day that eval does not have is none.
    assert [path for _, path, _ in spans_of(data)] == [
        "2026-11-20/train-1.csv",
        "2026-11-20/eval.csv",
        f"{tmp_path.name}/test.csv",
    ]


def test_a_span_that_is_a_link_to_another_is_there_and_counts_once(tmp_path: pathlib.Path) -> None:
    make_files(tmp_path, "1.csv", "2.csv")
    (tmp_path / "3.csv").symlink_to(tmp_path / "2.csv")
    data = DataConfig(path=f"{tmp_path}/{{SPAN}}.csv")
    for window, names in ((1, ["3.csv"]), (2, ["3.csv"]), (3, ["1.csv", "3.csv"])):
        found = find_source_files(data.model_copy(update={"window": window}))
        assert [pathlib.Path(file.path).name for file in found] == names


def test_a_span_in_a_circle_of_links_is_read_once(tmp_path: pathlib.Path) -> None:
    (tmp_path / "deep").mkdir()
    make_files(tmp_path / "deep", "1.csv")
    (tmp_path / "deep" / "back").symlink_to(tmp_path / "deep")
    (file,) = find_source_files(DataConfig(path=f"{tmp_path}/**/{{SPAN}}.csv"))
    assert file.path == f"{tmp_path}/deep/1.csv"


def test_a_span_in_two_splits_is_named(tmp_path: pathlib.Path) -> None:
    make_files(tmp_path, "1.csv")
    with pytest.raises(UserError, match=r"1\.csv is matched by `data\.train` and by `data\.eval`"):
        find_source_files(DataConfig(train=f"{tmp_path}/{{SPAN}}.csv", eval=f"{tmp_path}/*.csv"))


def test_a_span_that_arrives_after_the_choice_is_not_read(tmp_path: pathlib.Path) -> None:
    make_files(tmp_path, "8.csv", "9.csv")
    data = DataConfig(path=f"{tmp_path}/{{SPAN}}.csv", window=2)
    now = with_chosen_span(data)
    assert (now.span, now.window) == ("9", 2)
    make_files(tmp_path, "10.csv")
    assert [file.span for file in find_source_files(now)] == ["8", "9"]
    assert with_chosen_span(now) == now
    assert with_chosen_span(data).span == "10"


def test_data_without_spans_have_none_to_choose(tmp_path: pathlib.Path) -> None:
    data = DataConfig(path=f"{tmp_path}/a.csv")
    assert with_chosen_span(data) is data


def test_where_no_path_has_a_placeholder_any_more_the_span_has_no_meaning(tmp_path: pathlib.Path) -> None:
    """As `bertline predict --input` puts another path into the section."""
    make_files(tmp_path, "a.csv")
    data = DataConfig(path=f"{tmp_path}/{{SPAN}}.csv", span="3", window=2)
    (file,) = find_source_files(data.model_copy(update={"path": f"{tmp_path}/a.csv"}))
    assert (file.path, file.span) == (f"{tmp_path}/a.csv", None)
