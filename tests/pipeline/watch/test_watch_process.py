"""`bertline run --watch` as a process of its own, which starts real processes."""

import os
import pathlib
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
import yaml

from serving.folder_lock import folder_lock

CODE = "import sys; from pipeline.cli import main; sys.exit(main())"
SECONDS = 30

STOPPED = """
import sys, pathlib, signal, time
def stop(number, frame):
    time.sleep(0.5)
    pathlib.Path(sys.argv[1]).write_text("saved")
    sys.exit(130)
signal.signal(signal.SIGTERM, stop)
print("ready", flush=True)
time.sleep(60)
"""

STOPPING = """
import sys
from pipeline.runs.interruption import stopped_by_signals
from pipeline.watch.run_process import run_process
try:
    with stopped_by_signals():
        run_process([sys.executable, "-c", *sys.argv[1:]])
except KeyboardInterrupt:
    sys.exit(7)
"""


class Watching:
    """A watch that is going on, and what it says."""

    def __init__(self, config: pathlib.Path, *options: str) -> None:
        command = [sys.executable, "-c", CODE, "run", str(config), "--watch", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self._lines: queue.Queue[str] = queue.Queue()
        self.said: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def wait_for(self, words: str) -> str:
        """Waits for a line with these words."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            try:
                self.said.append(self._lines.get(timeout=1))
            except queue.Empty:
                assert self.process.poll() is None, "".join(self.said)
                continue
            if words in self.said[-1]:
                return self.said[-1]
        pytest.fail(f"nothing was said of {words!r}: {''.join(self.said)}")

    def says_nothing(self, seconds: float) -> bool:
        """Whether it is silent for some time."""
        time.sleep(seconds)
        return self._lines.empty()


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """A config whose preset has no weights: its runs fail within a second or two."""
    config = {
        "name": "reviews",
        "task": "text_classification",
        "data": {"train": "train-*.csv", "eval": "eval.csv"},
        "model": {"preset": "./empty"},
    }
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "config.json").write_text('{"model_type": "bert"}')
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config))
    return tmp_path


@pytest.fixture
def watching(folder: pathlib.Path) -> Iterator[Watching]:
    watching = Watching(folder / "config.yaml", "--every", "0.2", "--settle", "1")
    yield watching
    watching.process.kill()
    watching.process.wait()


def test_runs_begin_when_files_rest_and_once_for_each_state(folder: pathlib.Path, watching: Watching) -> None:
    watching.wait_for("no run can begin: no file matches `data.train`")
    for name in ("train-1.csv", "eval.csv"):
        (folder / name).write_text("text,label\na,1\n")
    watching.wait_for("waits until nothing changes for 1 s")
    watching.wait_for("at rest: starts a run")
    watching.wait_for("config.json has no vocab_size")
    watching.wait_for("the run failed (exit code 1); the next one is started when something changes")
    assert watching.says_nothing(2.5), "it failed, and would fail again"

    (folder / "runs" / "reviews").mkdir(parents=True, exist_ok=True)
    with folder_lock(folder / "runs" / "reviews"):
        (folder / "train-2.csv").write_text("text,label\nb,1\n")
        assert str(folder / "train-2.csv") in watching.wait_for("new: ")
        watching.wait_for("another run is going on: waits for its end")
        assert watching.says_nothing(1.0)
    watching.wait_for("at rest: starts a run")
    watching.wait_for("the run failed (exit code 1)")

    watching.process.send_signal(signal.SIGTERM)
    assert watching.process.wait(SECONDS) == 130
    watching.wait_for("bertline: stopped watching")


@pytest.mark.parametrize("option", [["--from", "Trainer"], ["--to", "Trainer"], ["--force", "Trainer"]])
def test_a_part_cannot_be_watched(folder: pathlib.Path, option: list[str]) -> None:
    command = [sys.executable, "-c", CODE, "run", str(folder / "config.yaml"), "--watch", *option]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 2
    assert "--watch runs the whole line" in done.stderr


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _heed_interrupts() -> None:
    # These tests may themselves run in the background, where it is ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_going_on_is_stopped_once_and_saves_what_it_has(
    tmp_path: pathlib.Path, number: signal.Signals
) -> None:
    saved = tmp_path / "saved"
    command = [sys.executable, "-c", STOPPING, STOPPED, str(saved)]
    # A group of its own, as a shell gives it to a command, so that the signal can be sent as a terminal does.
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        process_group=0,
        preexec_fn=_ignore_interrupts if number == signal.SIGTERM else _heed_interrupts,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        os.killpg(process.pid, number)
        assert process.wait(SECONDS) == 7
    assert saved.read_text() == "saved", "the watch ends after its run"
