"""docs/faults.md claims nothing that no test shows."""

import ast
import pathlib
import re

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PAGE = REPOSITORY / "docs" / "faults.md"
HEAD = ["Fault", "What happens", "What is kept", "Test"]
LEAST_ROWS = 80


def _rows() -> list[list[str]]:
    """The cells of all tables of the page."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in rows if row != HEAD and set("".join(row)) != {"-"}]


def _tests(path: pathlib.Path) -> set[str]:
    """The names of a file's test functions; it is not imported."""
    module = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in module.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_there_are_enough_faults_and_none_twice() -> None:
    faults = [(row[0], row[-1]) for row in _rows()]
    assert len(faults) >= LEAST_ROWS
    assert len(set(faults)) == len(faults)


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row[0][:40])
def test_each_fault_is_told_whole_and_has_its_test(row: list[str]) -> None:
    assert len(row) == len(HEAD), row
    assert all(row)
    assert re.fullmatch(r"`tests/[\w/]+\.py::test_\w+`(, `(tests/[\w/]+\.py)?::test_\w+`)*", row[-1]), row[-1]
    path = ""
    for test in row[-1].split(", "):
        named, _, name = test.strip("`").partition("::")
        path = named or path
        assert name in _tests(REPOSITORY / path)


def test_the_readme_names_the_page() -> None:
    assert "(docs/faults.md)" in (REPOSITORY / "README.md").read_text(encoding="utf-8")
