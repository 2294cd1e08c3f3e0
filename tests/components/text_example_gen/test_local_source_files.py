"""Files on this machine, found without Beam: which names a path or a glob stands for."""

import os
import pathlib
import subprocess
import sys

import pytest

from components.text_example_gen.config import DataConfig
from components.text_example_gen.source_file import find_source_files
from models.user_error import UserError

FILES = (
    "a.csv", "b.csv", "a[1].csv", "a*.csv", "ünd so.csv", ".hidden.csv", "one/a.csv", "one/two/a.csv",
    ".hidden/a.csv", "one/.hidden/a.csv", "c.csv/inside.csv", "line\nbreak.csv",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    for name in FILES:
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / "data"


def found(folder: pathlib.Path, pattern: str) -> list[str]:
    files = find_source_files(DataConfig(path=f"{folder}/{pattern}"))
    assert [file.index for file in files] == list(range(len(files)))
    return [os.path.relpath(file.path, folder) for file in files]


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("a.csv", ["a.csv"]),
        # Names that are globs too: the file of that very name goes before what the glob would match.
        ("a[1].csv", ["a[1].csv"]),
        ("a*.csv", ["a*.csv"]),
        ("a[[]1].csv", ["a[1].csv"]),
        ("ünd so.csv", ["ünd so.csv"]),
        ("line\nbreak.csv", ["line\nbreak.csv"]),
        ("[ab].csv", ["a.csv", "b.csv"]),
        ("?.csv", ["a.csv", "b.csv"]),
        # Neither hidden files nor folders.
        ("*.csv", ["a*.csv", "a.csv", "a[1].csv", "b.csv", "line\nbreak.csv", "ünd so.csv"]),
        (".hidden.csv", [".hidden.csv"]),
        (".*.csv", [".hidden.csv"]),
        ("*/a.csv", ["one/a.csv"]),
        ("c.csv/*", ["c.csv/inside.csv"]),
        ("**/a.csv", ["a.csv", "one/a.csv", "one/two/a.csv"]),
        ("one/**", ["one/a.csv", "one/two/a.csv"]),
        ("one/**/*.csv", ["one/a.csv", "one/two/a.csv"]),
        ("one/**/two/*.csv", ["one/two/a.csv"]),
    ],
)
def test_what_a_path_or_a_glob_stands_for(folder: pathlib.Path, pattern: str, names: list[str]) -> None:
    assert found(folder, pattern) == names


@pytest.mark.parametrize(
    "pattern", ["", "one", "one/", "c.csv", "missing.csv", "*.tsv", "[z]*.csv", "a.csv/", "broken.csv"]
)
def test_what_is_no_file_is_told(folder: pathlib.Path, pattern: str) -> None:
    (folder / "broken.csv").symlink_to(folder / "nowhere.csv")
    with pytest.raises(UserError, match=r"no file matches `data\.path`: "):
        found(folder, pattern)


def test_links_to_files_and_folders_are_followed(folder: pathlib.Path) -> None:
    (folder / "linked.csv").symlink_to(folder / "a.csv")
    (folder / "linked").symlink_to(folder / "one")
    assert found(folder, "linked.csv") == ["linked.csv"]
    assert found(folder, "linked/*.csv") == ["linked/a.csv"]


def test_the_order_is_that_of_the_paths(folder: pathlib.Path) -> None:
    names = found(folder, "**/*.csv")
    assert names == sorted(names)


def test_no_heavy_library_is_imported(folder: pathlib.Path) -> None:
    code = (
        "import sys\n"
        "from components.text_example_gen.config import DataConfig\n"
        "from components.text_example_gen.fingerprint import data_fingerprint\n"
        "data_fingerprint(DataConfig(path=sys.argv[1]))\n"
        "assert not {'apache_beam', 'tensorflow', 'numpy', 'pyarrow'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, f"{folder}/*.csv"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_circle_of_links_is_walked_once(folder: pathlib.Path) -> None:
    """Otherwise each row counts forty times."""
    (folder / "one" / "back").symlink_to(folder / "one")
    assert found(folder, "one/**/a.csv") == ["one/a.csv", "one/two/a.csv"]


@pytest.mark.parametrize("name", ["one/../a.csv", "link.csv"])
def test_a_file_in_two_splits_under_two_names_is_refused(folder: pathlib.Path, name: str) -> None:
    (folder / "link.csv").symlink_to(folder / "a.csv")
    with pytest.raises(UserError, match="would be in both"):
        find_source_files(DataConfig(train=f"{folder}/a.csv", eval=f"{folder}/{name}"))
