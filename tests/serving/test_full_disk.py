"""Promotions on a disk that is full: the model in service stays, and nothing of the record is lost."""

import contextlib
import errno
import pathlib
from collections.abc import Callable

import pytest

from pipeline.file_fault import file_fault
from serving.durable_files import replace_file
from serving.named_versions.folder_space import FolderSpace
from serving.named_versions.named_version_store import NamedVersionStore, Served
from serving.version_record import VersionOrigin
from serving.version_store import VersionStore

# The fixture of tests/conftest.py.
FullAt = Callable[[int], contextlib.AbstractContextManager[None]]

ORIGIN = VersionOrigin(promoted_by="test", run="run", model="model", reason="good")
WEIGHTS = "variables/variables.data-00000-of-00001"


def _model(folder: pathlib.Path, content: bytes) -> pathlib.Path:
    (folder / "variables").mkdir(parents=True)
    (folder / "saved_model.pb").write_bytes(b"graph " + content)
    (folder / WEIGHTS).write_bytes(content * 200_000)
    return folder


def _files(folder: pathlib.Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("num_bytes", [0, 3, 100, 4096, 150_000])
def test_a_version_that_finds_no_room_leaves_the_one_in_service(
    tmp_path: pathlib.Path, full_at: FullAt, num_bytes: int
) -> None:
    store = VersionStore(tmp_path / "serving", "tickets")
    store.promote(_model(tmp_path / "a", b"a"), ORIGIN, keep_versions=5)
    before, new = _files(store.base), _model(tmp_path / "b", b"b")
    with pytest.raises(OSError, match="File too large") as caught, full_at(num_bytes):
        store.promote(new, ORIGIN, keep_versions=5)
    told = file_fault(caught.value)
    assert told is not None
    assert told.startswith(f"{store.base}/.staging-2/")
    assert "cannot be written: the disk takes no more of it" in told
    # Half a copy is gone too: it would fill the disk further.
    assert _files(store.base) == before
    promoted = store.promote(new, ORIGIN, keep_versions=5)
    assert (promoted.version, promoted.is_new) == (2, True)
    assert [entry["version"] for entry in store.audit_log.entries()] == [1, 2]


@pytest.mark.parametrize("room", [0, 1, 40])
def test_an_audit_record_that_finds_no_room_is_written_by_the_next_promotion(
    tmp_path: pathlib.Path, full_at: FullAt, room: int
) -> None:
    store = VersionStore(tmp_path / "serving", "tickets")
    store.promote(_model(tmp_path / "a", b"a"), ORIGIN, keep_versions=5)
    # A log that is longer than any file of the model: it is full where they are not.
    store.audit_log.path.write_bytes(store.audit_log.path.read_bytes() * 1_200)
    before, new = store.audit_log.entries(), _model(tmp_path / "b", b"b")
    with pytest.raises(OSError, match="File too large") as caught, full_at(store.audit_log.path.stat().st_size + room):
        store.promote(new, ORIGIN, keep_versions=5)
    told = file_fault(caught.value)
    assert told is not None
    assert told.startswith(f"{store.audit_log.path} cannot be written")
    # It is in service, whole, with its record inside; half a line is no entry.
    assert store.current() == 2
    assert store.audit_log.entries() == before
    promoted = store.promote(new, ORIGIN, keep_versions=5)
    assert (promoted.version, promoted.is_new) == (2, False)
    after = store.audit_log.entries()
    assert after[:-1] == before
    assert (after[-1]["event"], after[-1]["version"], after[-1]["run"]) == ("promoted", 2, "run")


@pytest.mark.parametrize("num_bytes", [0, 30, 4096, 150_000])
def test_a_labelled_version_that_finds_no_room_leaves_the_one_in_service(
    tmp_path: pathlib.Path, full_at: FullAt, num_bytes: int
) -> None:
    base = tmp_path / "tickets"
    store = NamedVersionStore(FolderSpace(base), Served("tickets", str(base)))
    store.promote(_model(tmp_path / "a", b"a"), ORIGIN, keep_versions=5)
    config, new = (base / "models.config").read_bytes(), _model(tmp_path / "b", b"b")
    with pytest.raises(OSError, match="File too large") as caught, full_at(num_bytes):
        store.promote(new, ORIGIN, keep_versions=5)
    told = file_fault(caught.value)
    assert told is not None
    assert told.startswith(f"{base}/")
    assert (store.current(), (base / "models.config").read_bytes()) == (1, config)
    promoted = store.promote(new, ORIGIN, keep_versions=5)
    assert promoted.is_new
    assert store.current() == promoted.version
    assert [change["event"] for change in store.changes()] == ["promoted", "promoted"]
    assert not [path for path in base.rglob(".*") if path.is_file()]


def test_a_file_that_is_replaced_keeps_its_content(tmp_path: pathlib.Path, full_at: FullAt) -> None:
    path = tmp_path / "record.json"
    replace_file(path, b"old" * 10)
    with pytest.raises(OSError, match=r"/record\.json") as caught, full_at(10):
        replace_file(path, b"new" * 10)
    assert caught.value.errno == errno.EFBIG
    assert _files(tmp_path) == {"record.json": b"old" * 10}


def test_a_disk_without_any_room_is_told_as_such(tmp_path: pathlib.Path) -> None:
    """The system's own word for it, from the device that is always full."""
    store = VersionStore(tmp_path, "tickets")
    store.base.mkdir()
    store.audit_log.path.symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left on device") as caught:
        store.audit_log.append({"event": "promoted"})
    told = file_fault(caught.value)
    assert told is not None
    assert told.startswith(f"{store.audit_log.path} cannot be written: the disk is full; make room")
