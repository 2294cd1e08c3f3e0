"""A lock that is taken or refused at once."""

import os
import pathlib
import subprocess
import sys
import threading

import pytest

from serving.folder_lock import folder_lock, is_locked

HOLD = """
import pathlib, sys
from serving.folder_lock import folder_lock
with folder_lock(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_held_lock_is_refused_and_a_freed_one_is_given(tmp_path: pathlib.Path) -> None:
    with folder_lock(tmp_path):
        with pytest.raises(BlockingIOError), folder_lock(tmp_path, wait=False):
            pytest.fail("two holders")
        # A refusal frees nothing.
        with pytest.raises(BlockingIOError), folder_lock(tmp_path, wait=False):
            pytest.fail("two holders")
    with folder_lock(tmp_path, wait=False), pytest.raises(BlockingIOError), folder_lock(tmp_path, wait=False):
        pytest.fail("two holders")


def test_another_folder_is_free(tmp_path: pathlib.Path) -> None:
    (tmp_path / "other").mkdir()
    with folder_lock(tmp_path), folder_lock(tmp_path / "other", wait=False):
        pass


def test_an_exception_frees_the_lock(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ZeroDivisionError), folder_lock(tmp_path, wait=False):
        raise ZeroDivisionError
    with folder_lock(tmp_path, wait=False):
        pass


def test_a_killed_holder_frees_the_lock(tmp_path: pathlib.Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BlockingIOError), folder_lock(tmp_path, wait=False):
            pytest.fail("two holders")
        holder.kill()
        holder.wait()
    with folder_lock(tmp_path, wait=False):
        pass


def test_a_program_that_the_holder_started_does_not_hold_it(tmp_path: pathlib.Path) -> None:
    """It may live on after a kill."""
    with folder_lock(tmp_path):
        program = subprocess.Popen(["cat"], stdin=subprocess.PIPE, close_fds=False)
    with folder_lock(tmp_path, wait=False):
        pass
    program.communicate()


def test_refusals_leave_no_open_files(tmp_path: pathlib.Path) -> None:
    with folder_lock(tmp_path):
        before = len(os.listdir("/proc/self/fd"))
        for _ in range(5):
            with pytest.raises(BlockingIOError), folder_lock(tmp_path, wait=False):
                pytest.fail("two holders")
        assert len(os.listdir("/proc/self/fd")) == before


def test_by_default_one_waits(tmp_path: pathlib.Path) -> None:
    order = []
    held = threading.Event()

    def second() -> None:
        held.wait()
        with folder_lock(tmp_path):
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with folder_lock(tmp_path):
        held.set()
        thread.join(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_asking_whether_a_folder_is_locked_changes_nothing(tmp_path: pathlib.Path) -> None:
    assert not is_locked(tmp_path)
    assert list(tmp_path.iterdir()) == []
    with folder_lock(tmp_path):
        assert is_locked(tmp_path)
    assert not is_locked(tmp_path)
