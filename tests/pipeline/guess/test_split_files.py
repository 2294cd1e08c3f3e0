import pathlib

import pytest

from models.user_error import UserError
from pipeline.guess.split_files import split_files


def _folder(tmp_path: pathlib.Path, *names: str) -> pathlib.Path:
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("there", "named", "expected", "found"),
    [
        ("train.tsv dev.tsv test.tsv", "train.tsv", {"train": "train.tsv", "eval": "dev.tsv", "test": "test.tsv"}, 2),
        ("train.tsv dev.tsv", "dev.tsv", {"train": "train.tsv", "eval": "dev.tsv"}, 1),
        ("train.csv.gz valid.csv", "train.csv.gz", {"train": "train.csv.gz", "eval": "valid.csv"}, 1),
        ("Train.csv Validation.csv", "Train.csv", {"train": "Train.csv", "eval": "Validation.csv"}, 1),
        (
            "train-0-of-1.csv test-0-of-1.csv",
            "train-0-of-1.csv",
            {"train": "train-0-of-1.csv", "eval": "test-0-of-1.csv"},
            1,
        ),
        ("de_train.csv de_dev.csv en_dev.csv", "de_train.csv", {"train": "de_train.csv", "eval": "de_dev.csv"}, 1),
        ("train.csv dev.csv", "train.csv dev.csv", {"train": "train.csv", "eval": "dev.csv"}, 0),
        ("a-train.csv b-test.csv", "a-train.csv b-test.csv", {"train": "a-train.csv", "eval": "b-test.csv"}, 0),
        # What is no pair stays alone.
        ("train.csv dev.tsv", "train.csv", {}, 0),
        ("test.csv dev.csv", "test.csv", {}, 0),
        ("data.csv dev.csv", "data.csv", {}, 0),
        ("trainers.csv dev.csv", "trainers.csv", {}, 0),
        ("train_test.csv dev_.csv", "train_test.csv", {}, 0),
    ],
)
def test_roles_are_told_by_names(
    tmp_path: pathlib.Path, there: str, named: str, expected: dict[str, str], found: int
) -> None:
    folder = _folder(tmp_path, *there.split())
    files = split_files([folder / name for name in named.split()])
    assert {split: path.name for split, path in files.of_split.items()} == expected
    assert len(files.found) == found
    assert bool(files.to_split) != bool(expected)


def test_a_test_file_stands_in_where_there_is_no_eval_file(tmp_path: pathlib.Path) -> None:
    folder = _folder(tmp_path, "train.csv", "test.csv")
    files = split_files([folder / "train.csv"])
    assert files.test_is_eval
    assert files.of_split == {"train": folder / "train.csv", "eval": folder / "test.csv"}


def test_files_that_are_alike_are_one_pattern(tmp_path: pathlib.Path) -> None:
    folder = _folder(tmp_path, "part-1.csv", "part-2.csv", "other.csv")
    files = split_files([folder / "part-1.csv", folder / "part-2.csv"])
    assert files.pattern == f"{folder}/part-*.csv"
    assert len(files.paths) == 2


@pytest.mark.parametrize("named", [("a/x.csv", "b/x.csv"), ("1.csv", "2.csv"), ("train.csv", "dev.csv", "more.csv")])
def test_files_of_unknown_use_are_told(tmp_path: pathlib.Path, named: tuple[str, ...]) -> None:
    folder = _folder(tmp_path, "a/x.csv", "b/x.csv", "1.csv", "2.csv", "3.csv", "train.csv", "dev.csv", "more.csv")
    with pytest.raises(UserError, match="cannot be told what"):
        split_files([folder / name for name in named])
