"""Faults of ML Metadata's file are found before a run begins, told with the way out, and nothing is changed."""

import contextlib
import pathlib
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from models.user_error import UserError
from pipeline.runs.metadata_check import check_metadata

HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What ML Metadata writes, with a few hundred artifacts."""
    from ml_metadata.metadata_store import metadata_store
    from ml_metadata.proto import metadata_store_pb2

    path = tmp_path_factory.mktemp("metadata") / "metadata.sqlite"
    config = metadata_store_pb2.ConnectionConfig()
    config.sqlite.filename_uri = str(path)
    store = metadata_store.MetadataStore(config)
    type_id = store.put_artifact_type(metadata_store_pb2.ArtifactType(name="Examples"))
    store.put_artifacts([metadata_store_pb2.Artifact(type_id=type_id, uri=f"/runs/{number}") for number in range(500)])
    del store
    return path.read_bytes()


@pytest.fixture
def folder(written: bytes, tmp_path: pathlib.Path) -> Iterator[pathlib.Path]:
    """A pipeline's folder with that file and one result, which stay as a test leaves them."""
    (tmp_path / "metadata.sqlite").write_bytes(written)
    (tmp_path / "artifacts/Trainer/model/7").mkdir(parents=True)
    (tmp_path / "artifacts/Trainer/model/7/saved_model.pb").write_text("model")
    yield tmp_path
    assert (tmp_path / "artifacts/Trainer/model/7/saved_model.pb").read_text() == "model"


def _fault(folder: pathlib.Path) -> str:
    path = folder / "metadata.sqlite"
    before = path.read_bytes() if path.exists() else None
    with pytest.raises(UserError) as found:
        check_metadata(folder, wait_seconds=0.2)
    assert (path.read_bytes() if path.exists() else None) == before
    return str(found.value)


def test_a_sound_file_is_used_as_it_is(folder: pathlib.Path, written: bytes) -> None:
    check_metadata(folder)
    assert (folder / "metadata.sqlite").read_bytes() == written


@pytest.mark.parametrize("content", [None, b""])
def test_a_first_run_needs_none(tmp_path: pathlib.Path, content: bytes | None) -> None:
    """Nor does one after a run that was killed in its first moment."""
    (tmp_path / "artifacts/Trainer/.system").mkdir(parents=True)
    if content is not None:
        (tmp_path / "metadata.sqlite").write_bytes(content)
    check_metadata(tmp_path)


@pytest.mark.parametrize("content", [None, b""])
def test_gone_or_empty_while_results_are_there(folder: pathlib.Path, content: bytes | None) -> None:
    (folder / "metadata.sqlite").unlink()
    if content is not None:
        (folder / "metadata.sqlite").write_bytes(content)
    told = _fault(folder)
    assert "metadata.sqlite is gone or empty, but results of earlier runs are there" in told
    assert f"Put the file back from a backup; or move {folder} away" in told


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda content: b"\xff" * 100 + content[100:], "is damaged: file is not a database"),
        (lambda content: content[: len(content) // 2], "is damaged: "),
        (lambda content: content[:8192] + b"\xff" * 8192 + content[16384:], "is damaged: "),
        (lambda _: b"not a database at all, but some kind of a text " * 9, "is damaged: file is not a database"),
    ],
    ids=["first bytes overwritten", "cut in half", "pages overwritten", "another file"],
)
def test_a_damaged_file(folder: pathlib.Path, change: object, expected: str) -> None:
    path = folder / "metadata.sqlite"
    path.write_bytes(change(path.read_bytes()))  # type: ignore[operator]
    told = _fault(folder)
    assert expected in told
    assert "Put the file back from a backup" in told


def test_tables_of_another_release(folder: pathlib.Path) -> None:
    with contextlib.closing(sqlite3.connect(folder / "metadata.sqlite")) as connection, connection:
        connection.execute("UPDATE MLMDEnv SET schema_version = 11")
    assert "has ML Metadata's schema 11, and this release of bertline knows 10" in _fault(folder)


def test_tables_of_another_program(folder: pathlib.Path) -> None:
    (folder / "metadata.sqlite").unlink()
    with contextlib.closing(sqlite3.connect(folder / "metadata.sqlite")) as connection, connection:
        connection.execute("CREATE TABLE songs (name TEXT)")
    assert "tables of another program" in _fault(folder)


@pytest.fixture
def held(folder: pathlib.Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the file for itself."""
    command = [sys.executable, "-c", HOLD, str(folder / "metadata.sqlite")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield holder
        holder.kill()


def test_a_file_that_another_process_holds(folder: pathlib.Path, held: subprocess.Popen[str]) -> None:
    assert "was held by another process for 0.2 s; close the program that has it open" in _fault(folder)


def test_a_file_that_is_held_for_a_moment_is_waited_for(folder: pathlib.Path, held: subprocess.Popen[str]) -> None:
    threading.Timer(0.5, held.kill).start()
    check_metadata(folder)
