"""Hashes that are remembered, and the changes that they must not miss."""

import hashlib
import json
import mmap
import os
import pathlib
import time
from collections.abc import Callable

import pytest

from pipeline.caching.file_hashes import FileHashes

OLD, NEW = b"good film,1\n", b"poor film,1\n"


@pytest.fixture
def memory(tmp_path: pathlib.Path) -> pathlib.Path:
    return tmp_path / "runs" / "name" / "file_hashes.json"


@pytest.fixture
def data(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "data.csv"
    path.write_bytes(OLD)
    return path


def remembered(memory: pathlib.Path, path: pathlib.Path) -> str:
    """The hash after a process that remembered it."""
    hashes = FileHashes(memory)
    digest = hashes.of(str(path))
    hashes.save()
    return digest


def wait_for_the_next_tick(path: pathlib.Path) -> None:
    """File systems' clocks stand still for some milliseconds."""
    probe = path.with_name("probe")
    probe.touch()
    before = probe.stat().st_ctime_ns
    while probe.stat().st_ctime_ns == before:
        time.sleep(0.001)
        probe.touch()


def in_place(path: pathlib.Path) -> None:
    with path.open("r+b") as file:
        file.write(NEW)


def in_place_with_its_old_time(path: pathlib.Path) -> None:
    before = path.stat()
    in_place(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def another_file_with_its_time(path: pathlib.Path) -> None:
    before = path.stat()
    other = path.with_name("other")
    other.write_bytes(NEW)
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(path)


def through_a_memory_map(path: pathlib.Path) -> None:
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as content:
        content[:] = NEW
        content.flush()


@pytest.mark.parametrize(
    "change", [in_place, in_place_with_its_old_time, another_file_with_its_time, through_a_memory_map]
)
def test_a_change_of_equal_size_is_seen(
    memory: pathlib.Path, data: pathlib.Path, change: Callable[[pathlib.Path], None]
) -> None:
    before = remembered(memory, data)
    wait_for_the_next_tick(data)
    change(data)
    assert data.stat().st_size == len(OLD)
    assert FileHashes(memory).of(str(data)) != before


def test_a_link_to_another_file_is_seen(memory: pathlib.Path, data: pathlib.Path) -> None:
    new = data.with_name("new.csv")
    new.write_bytes(NEW)
    link = data.with_name("link.csv")
    link.symlink_to(data)
    before = remembered(memory, link)
    link.unlink()
    link.symlink_to(new)
    assert FileHashes(memory).of(str(link)) != before


def test_an_untouched_file_is_not_read_again(memory: pathlib.Path, data: pathlib.Path) -> None:
    remembered(memory, data)
    content = json.loads(memory.read_text())
    (stamp, _) = content[str(data)]
    memory.write_text(json.dumps({str(data): [stamp, "from memory"]}))
    assert FileHashes(memory).of(str(data)) == "from memory"


def test_memory_or_not_the_hash_is_the_same(memory: pathlib.Path, data: pathlib.Path) -> None:
    assert remembered(memory, data) == remembered(memory, data) == FileHashes(memory.with_name("none")).of(str(data))


def test_what_was_written_while_it_was_read_is_not_remembered(
    memory: pathlib.Path, data: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = hashlib.file_digest

    def digest_while_another_writes(file: object, name: str) -> object:
        digest = real(file, name)  # type: ignore[arg-type]
        wait_for_the_next_tick(data)
        in_place(data)
        return digest

    monkeypatch.setattr(hashlib, "file_digest", digest_while_another_writes)
    before = remembered(memory, data)
    monkeypatch.undo()
    assert FileHashes(memory).of(str(data)) != before


def test_files_not_asked_for_are_forgotten(memory: pathlib.Path, data: pathlib.Path) -> None:
    remembered(memory, data)
    other = data.with_name("other.csv")
    other.write_bytes(NEW)
    remembered(memory, other)
    assert list(json.loads(memory.read_text())) == [str(other)]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"3", b'{"DATA": 3}', b'{"DATA": []}', b'{"DATA": [1, 2, 3]}', b'{"DATA": "xy"}',
     b'{"DATA": [[], "stale"]}', b'{"DATA": [null, "stale"]}', b"\xff\xfe", b'{"DATA": [[1, 2, 3, 4], "stale"]}'],
)  # fmt: skip
def test_a_memory_that_says_nothing_is_none(memory: pathlib.Path, data: pathlib.Path, content: bytes) -> None:
    expected = FileHashes(memory).of(str(data))
    memory.parent.mkdir(parents=True)
    memory.write_bytes(content.replace(b"DATA", str(data).encode()))
    assert remembered(memory, data) == expected
    assert FileHashes(memory).of(str(data)) == expected


def test_a_name_that_is_not_text_is_remembered(memory: pathlib.Path, tmp_path: pathlib.Path) -> None:
    path = pathlib.Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff \xc3\xa9.csv"))
    path.write_bytes(OLD)
    remembered(memory, path)
    assert list(json.loads(memory.read_text())) == [str(path)]
    assert FileHashes(memory).of(str(path)) == FileHashes(memory.with_name("none")).of(str(path))
