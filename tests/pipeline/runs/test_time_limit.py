"""Components that do not come to their end, each in a process of its own."""

import json
import pathlib
import subprocess
import sys
import time
from typing import Any

import pytest

from pipeline.runs.time_limit import TimeLimit

HANG = """
import ctypes, os, pathlib, subprocess, sys, time
from pipeline.runs.interruption import stopped_by_signals
from pipeline.runs.time_limit import TimeLimit

class View:
    def plan(self, components): ...
    def started(self, component): print("started", component, flush=True)
    def finished(self, component, state, seconds): print("finished", component, state, flush=True)

def hang_in_python(): time.sleep(100)

def hang_in_c(library):
    mutex = ctypes.create_string_buffer(64)
    for _ in range(2):
        library.pthread_mutex_lock(mutex)

how, log = sys.argv[1], pathlib.Path(sys.argv[2])
child = subprocess.Popen(["sleep", "100"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(child.pid, flush=True)
limit = TimeLimit(View(), 0.5 / 60, log, lambda fault: print("gave up:", fault, flush=True), grace_seconds=0.5)
try:
    with stopped_by_signals():
        limit.started("Trainer")
        if how == "python":
            hang_in_python()
        hang_in_c(ctypes.CDLL(None) if how == "c" else ctypes.PyDLL(None))
except KeyboardInterrupt:
    limit.finished("Trainer", "interrupted", 1.0)
    print("interrupted:", limit.fault(), flush=True)
    child.kill()
    sys.exit(9)
"""
FAULT = "Trainer failed: TimeoutError: it was not done after the 0.00833333 minutes of component_timeout_minutes"


def _hang(how: str, log: pathlib.Path) -> tuple[int, list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", HANG, how, str(log)], capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout.splitlines()


def test_what_waits_in_python_is_interrupted(tmp_path: pathlib.Path) -> None:
    code, (_, *told) = _hang("python", tmp_path / "log")
    assert code == 9
    assert told[:2] == ["started Trainer", "finished Trainer interrupted"]
    assert told[2].startswith(f"interrupted: {FAULT}")
    stacks = (tmp_path / "log").read_text()
    assert "Trainer is late, and is interrupted; what all threads are doing" in stacks
    assert "in hang_in_python" in stacks


def test_what_hangs_in_c_ends_with_its_process_and_those_that_it_started(tmp_path: pathlib.Path) -> None:
    code, (child, *told) = _hang("c", tmp_path / "log")
    assert code == 3
    assert told[1].startswith(f"gave up: {FAULT}")
    stacks = (tmp_path / "log").read_text()
    assert "does not hear the interruption, and its process ends" in stacks
    assert "in hang_in_c" in stacks
    assert not pathlib.Path(f"/proc/{child}/cmdline").exists() or not _is_running(child)


def test_what_keeps_all_of_python_from_running_ends_too(tmp_path: pathlib.Path) -> None:
    code, (child, *_) = _hang("all", tmp_path / "log")
    subprocess.run(["kill", child], check=False)
    assert code == 1
    assert "in hang_in_c" in (tmp_path / "log").read_text()


def _is_running(process: str) -> bool:
    return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"


class _View:
    def __init__(self) -> None:
        self.told: list[Any] = []

    def plan(self, components: list[str]) -> None:
        self.told.append(components)

    def started(self, component: str) -> None:
        self.told.append(component)

    def finished(self, component: str, state: str, seconds: float) -> None:
        self.told.append((component, state, seconds))


@pytest.mark.parametrize("minutes", [None, 0.2 / 60])
def test_components_in_time_are_left_alone(tmp_path: pathlib.Path, minutes: float | None) -> None:
    view = _View()
    limit = TimeLimit(view, minutes, tmp_path / "log", lambda fault: pytest.fail(str(fault)), grace_seconds=0.05)
    limit.plan(["Transform", "Trainer"])
    for component in ("Transform", "Trainer"):
        limit.started(component)
        time.sleep(0.12)
        limit.finished(component, "done", 0.12)
    time.sleep(0.4)
    assert limit.fault() is None
    assert json.dumps(view.told) == json.dumps(
        [["Transform", "Trainer"], "Transform", ["Transform", "done", 0.12], "Trainer", ["Trainer", "done", 0.12]]
    )
