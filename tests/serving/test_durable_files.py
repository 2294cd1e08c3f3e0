"""A file that is replaced in one step."""

import os
import pathlib
import signal
import subprocess
import sys

import pytest

from serving.durable_files import replace_file

OLD, NEW = b"old" * 50_000, b"new" * 70_000

REPLACE_AND_DIE = """
import os, pathlib, signal, sys
from serving.durable_files import replace_file

calls_left = int(sys.argv[2])

def die_before_the_last_call(frame, event, function):
    global calls_left
    if event == "c_call" and function.__name__ in {"open", "write", "flush", "fsync", "replace", "close"}:
        calls_left -= 1
        if calls_left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.setprofile(die_before_the_last_call)
replace_file(pathlib.Path(sys.argv[1]), b"new" * 70_000)
"""


def test_content_is_replaced_and_nothing_else_is_left(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "ünd.json"
    for content in (b"", OLD, NEW, b"\0"):
        replace_file(path, content)
        assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_kill_left_is_no_obstacle(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "a.json"
    (tmp_path / ".a.json.unfinished").write_bytes(OLD)
    replace_file(path, NEW)
    assert path.read_bytes() == NEW
    assert list(tmp_path.iterdir()) == [path]


def test_a_reader_keeps_what_it_opened(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "a.json"
    replace_file(path, OLD)
    with path.open("rb") as reader:
        replace_file(path, NEW)
        assert reader.read() == OLD


def test_a_missing_folder_is_told(tmp_path: pathlib.Path) -> None:
    with pytest.raises(FileNotFoundError):
        replace_file(tmp_path / "missing" / "a.json", NEW)


def test_a_kill_anywhere_leaves_the_old_content_or_the_new(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "a.json"
    found, codes = [], []
    for die_at in range(1, 30):
        path.write_bytes(OLD)
        codes.append(subprocess.run([sys.executable, "-c", REPLACE_AND_DIE, path, str(die_at)], check=False).returncode)
        found.append(path.read_bytes())
        if codes[-1] == 0:
            break
    assert codes[-1] == 0
    assert set(codes[:-1]) == {-signal.SIGKILL}
    assert set(found) == {OLD, NEW}
    # Once new, new for ever.
    assert found == sorted(found, key=lambda content: content == NEW)


def test_the_content_is_on_disk_before_its_name(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    order = []
    real_sync, real_replace = os.fsync, pathlib.Path.replace

    def sync(descriptor: int) -> None:
        order.append(f"sync {pathlib.Path(os.readlink(f'/proc/self/fd/{descriptor}')).name}")
        real_sync(descriptor)

    def replace(source: pathlib.Path, target: pathlib.Path) -> pathlib.Path:
        order.append(f"replace {target.name}")
        return real_replace(source, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(pathlib.Path, "replace", replace)
    replace_file(path, NEW)
    assert order == ["sync .a.json.unfinished", "replace a.json", f"sync {tmp_path.name}"]
