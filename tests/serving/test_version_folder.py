"""Tests of the names that count as versions."""

import pathlib

import pytest

from serving.version_folder import version_folders, version_number


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("1", 1),
        ("00000123", 123),
        ("-1", -1),
        ("1730000000", 1730000000),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", None),
        ("", None),
        ("v1", None),
        ("1.0", None),
        ("1_0", None),
        ("١", None),
        (".staging-3", None),
        ("audit.jsonl", None),
    ],
)
def test_names_are_read_as_the_server_reads_them(name: str, number: int | None) -> None:
    assert version_number(name) == number


def test_only_folders_are_versions_in_ascending_order(tmp_path: pathlib.Path) -> None:
    for name in ("10", "0009", "latest", ".removed-2"):
        (tmp_path / name).mkdir()
    (tmp_path / "11").write_text("a file")
    assert version_folders(tmp_path) == {9: tmp_path / "0009", 10: tmp_path / "10"}


def test_of_two_names_of_a_version_the_last_one_counts(tmp_path: pathlib.Path) -> None:
    for name in ("7", "007"):
        (tmp_path / name).mkdir()
    assert version_folders(tmp_path) == {7: tmp_path / "7"}


def test_a_missing_base_folder_has_no_versions(tmp_path: pathlib.Path) -> None:
    assert version_folders(tmp_path / "none") == {}
