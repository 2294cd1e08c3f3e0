"""One run at a time in a folder."""

import pathlib
import subprocess
import sys
import threading

import pytest

from models.user_error import UserError
from pipeline.runs.lock import run_lock
from serving.folder_lock import folder_lock

HOLD = """
import pathlib, sys
from pipeline.runs.lock import run_lock
with run_lock(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_folder_is_made_and_free_afterwards(tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "runs" / "tickets"
    for _ in range(2):
        with run_lock(folder):
            assert folder.is_dir()


def test_a_run_that_fails_frees_the_folder(tmp_path: pathlib.Path) -> None:
    with pytest.raises(KeyboardInterrupt), run_lock(tmp_path):
        raise KeyboardInterrupt
    with run_lock(tmp_path):
        pass


def test_a_fault_inside_is_not_taken_for_a_held_folder(tmp_path: pathlib.Path) -> None:
    with pytest.raises(BlockingIOError), run_lock(tmp_path):
        raise BlockingIOError


def test_a_second_run_is_refused_until_the_first_is_killed(tmp_path: pathlib.Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(UserError, match="another run or clean-up is going on in"), run_lock(tmp_path):
            pytest.fail("two runs at once")
        holder.kill()
        holder.wait()
        with run_lock(tmp_path):
            pass


def test_a_glance_at_the_folder_does_not_stop_a_run(tmp_path: pathlib.Path) -> None:
    """Such as that of `bertline runs`."""
    held, begun = threading.Event(), threading.Event()

    def glance() -> None:
        with folder_lock(tmp_path):
            held.set()
            begun.wait()
            threading.Event().wait(0.3)

    thread = threading.Thread(target=glance)
    thread.start()
    held.wait()
    begun.set()
    with run_lock(tmp_path):
        pass
    thread.join()
