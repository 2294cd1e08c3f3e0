"""What a watch sees without reading data."""

import os
import pathlib

import pytest

from pipeline.watch.sight import look_at

CONFIG = """\
name: reviews
task: text_classification
data: {train: "train-{SPAN}.csv", eval: "eval-{SPAN}.csv"}
"""


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    (tmp_path / "config.yaml").write_text(CONFIG)
    return tmp_path


def _names(folder: pathlib.Path) -> set[str]:
    return {pathlib.Path(path).name for path in look_at(folder / "config.yaml").files}


def test_a_span_is_seen_when_all_splits_have_it(folder: pathlib.Path) -> None:
    assert "no file matches `data.train`" in look_at(folder / "config.yaml").fault
    for name in ("train-1.csv", "eval-1.csv", "train-2.csv"):
        (folder / name).write_text("text,label\n")
    assert look_at(folder / "config.yaml").fault == ""
    assert _names(folder) == {"config.yaml", "train-1.csv", "eval-1.csv"}
    (folder / "eval-2.csv").write_text("text,label\n")
    assert _names(folder) == {"config.yaml", "train-2.csv", "eval-2.csv"}


@pytest.mark.parametrize("change", ["size", "time", "config", "schema"])
def test_changes_are_seen(folder: pathlib.Path, change: str) -> None:
    (folder / "schema.pbtxt").write_text("")
    (folder / "config.yaml").write_text(CONFIG + "schema_file: schema.pbtxt\n")
    for name in ("train-1.csv", "eval-1.csv"):
        (folder / name).write_text("text,label\n")
    before = look_at(folder / "config.yaml")
    assert look_at(folder / "config.yaml") == before
    name = {"config": "config.yaml", "schema": "schema.pbtxt"}.get(change, "eval-1.csv")
    status = (folder / name).stat()
    if change != "time":
        with (folder / name).open("a") as file:
            file.write("\n")
        os.utime(folder / name, ns=(status.st_atime_ns, status.st_mtime_ns))
    else:
        # Backwards, as a copy that keeps times does.
        os.utime(folder / name, ns=(status.st_atime_ns, status.st_mtime_ns - 10**9))
    after = look_at(folder / "config.yaml")
    assert after.changes_since(before) == f"changed: {folder / name}"


def test_a_config_that_is_wrong_or_gone_is_a_fault(folder: pathlib.Path) -> None:
    (folder / "config.yaml").write_text("name: [")
    assert look_at(folder / "config.yaml").fault
    (folder / "config.yaml").unlink()
    gone = look_at(folder / "config.yaml")
    assert gone.fault
    assert gone.files == {}


def test_files_of_a_file_system_of_beams_are_seen(folder: pathlib.Path) -> None:
    from apache_beam.io.localfilesystem import LocalFileSystem

    class Watched(LocalFileSystem):
        """Files of this machine under an address."""

        @classmethod
        def scheme(cls) -> str:
            return "watched"

        def match(self, patterns: list[str], limits: object = None) -> object:
            (found,) = super().match([pattern.removeprefix("watched://") for pattern in patterns], limits)
            for metadata in found.metadata_list:
                metadata.path = f"watched://{metadata.path}"
            return [found]

    for name in ("train-1.csv", "eval-1.csv"):
        (folder / name).write_text("text,label\n")
    remote = CONFIG.replace('"train', f'"watched://{folder}/train').replace('"eval', f'"watched://{folder}/eval')
    (folder / "config.yaml").write_text(remote)
    before = look_at(folder / "config.yaml")
    assert (before.fault, len(before.files)) == ("", 3)
    assert look_at(folder / "config.yaml") == before
    (folder / "eval-1.csv").write_text("text,label\nmore,1\n")
    after = look_at(folder / "config.yaml")
    assert after.changes_since(before) == f"changed: watched://{folder}/eval-1.csv"


def test_an_address_that_nobody_can_read_is_a_fault(folder: pathlib.Path) -> None:
    (folder / "config.yaml").write_text(CONFIG.replace('"train', '"nobody://train').replace('"eval', '"nobody://eval'))
    assert "nobody" in look_at(folder / "config.yaml").fault
