import io
import os
import pathlib
import pty
import re
import subprocess
import sys
import warnings
from typing import Any

import pytest

from pipeline.display import Display
from pipeline.runs.interruption import InterruptedRunError

LOG = pathlib.Path("/logs/[1].log")


def _drive(display: Display, error: BaseException | None = None) -> None:
    """A run as the runner tells of it; with an error it stops in the middle of the training."""
    with display:
        display.plan(["Ingest", "Trainer", "Promoter"])
        display.started("Ingest")
        sys.stdout.write("a library prints\n")
        warnings.warn("a library warns", stacklevel=1)
        display.finished("Ingest", "done", 1.5)
        display.started("Trainer")
        _train()
        if error:
            raise error
        display.finished("Trainer", "done", 75.25)
        display.started("Promoter")
        display.finished("Promoter", "skipped", 0.0)
        display.finish("it knows the label [spam] and [/INST]")


def _train() -> None:
    from models.training.progress import TrainingProgress, logger

    for step in (21, 40):
        progress = TrainingProgress(1, 2, step, 80, {"loss": 0.5}, None, None, resumed_at=20)
        logger.info("%s", progress, extra={"progress": progress})


BEGINNING = [
    "bertline: running x (log: /logs/[1].log)",
    "bertline: starting: loading TensorFlow and TFX",
    "  Ingest            running",
    "  Ingest            done             1.5 s",
    "  Trainer           running",
    "    resumed at step 20",
    "    epoch 1/2  step 21/80  loss 0.5000",
    "    epoch 1/2  step 40/80  loss 0.5000",
]


def test_without_a_terminal_each_change_is_a_line() -> None:
    output = io.StringIO()
    _drive(Display(output, "x", LOG))
    assert output.getvalue().splitlines() == [
        *BEGINNING,
        "  Trainer           done            75.2 s",
        "  Promoter          running",
        "  Promoter          skipped          0.0 s",
        "bertline: it knows the label [spam] and [/INST]",
        "bertline: finished in 0 s",
    ]


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (KeyboardInterrupt(), "interrupted"),
        (InterruptedRunError("stopped"), "interrupted"),
        (ValueError("wrong"), "failed"),
    ],
)
def test_a_component_that_nobody_ended_is_shown_as_stopped(error: BaseException, state: str) -> None:
    output = io.StringIO()
    with pytest.raises(type(error)):
        _drive(Display(output, "x", LOG), error)
    assert output.getvalue().splitlines() == [*BEGINNING, f"  Trainer           {state:<11}      0.0 s"]


def test_a_terminal_without_cursor_movements_gets_plain_lines(
    open_terminal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    terminal = open_terminal(80, 24)
    _drive(Display(terminal, "x", LOG))
    assert terminal.take().splitlines()[: len(BEGINNING)] == BEGINNING


def test_a_message_after_a_failure_follows_the_last_picture(
    open_terminal: Any, new_screen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    terminal, screen = open_terminal(80, 24), new_screen(80)
    with pytest.raises(ValueError, match="wrong"):
        _drive(Display(terminal, "x", LOG), ValueError("wrong"))
    terminal.write("bertline: wrong\n")
    screen.show(terminal.take())
    assert [re.sub(r"\d+\.\d+ s", "T", row) for row in screen.text()] == [
        "bertline: running x (log: /logs/[1].log)",
        "  ✓ Ingest    done           T",
        "  ✗ Trainer   failed         T  epoch 1/2  step 40/80",
        "  · Promoter  not run",
        "  ✗ failed after 0 s",
        "bertline: wrong",
    ]


def test_on_a_terminal_libraries_still_write_to_the_log_only(tmp_path: pathlib.Path) -> None:
    log = tmp_path / "run.log"
    code = f"""
import importlib.util, pathlib
from pipeline.display import Display
from pipeline.log_file import log_file
spec = importlib.util.spec_from_file_location("driver", {__file__!r})
driver = importlib.util.module_from_spec(spec)
spec.loader.exec_module(driver)
driver._train = lambda: None  # imports Keras
with log_file(pathlib.Path({str(log)!r})) as terminal:
    driver._drive(Display(terminal, "x", pathlib.Path("log")))
"""
    master, slave = pty.openpty()
    child = subprocess.Popen([sys.executable, "-c", code], stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    shown = b""
    while True:
        try:
            part = os.read(master, 4096)
        except OSError:  # Linux' way of saying that the other side closed
            break
        if not part:
            break
        shown += part
    assert child.wait() == 0, shown
    assert b"[spam] and [/INST]" in shown
    assert b"Trainer" in shown
    assert b"a library" not in shown
    assert "a library prints" in log.read_text()
    assert "a library warns" in log.read_text()


def test_what_trainings_came_to_stays_while_the_next_one_runs() -> None:
    from models.training.progress import TrainingProgress, logger, tell

    output = io.StringIO()
    with Display(output, "x", LOG) as display:
        display.started("Tuner")
        for number in (1, 2):
            progress = TrainingProgress(1, 1, 8, 8, {"loss": 0.5, "val_loss": 0.25}, None, None, resumed_at=4)
            logger.info("%s", progress, extra={"progress": progress})
            tell(f"trial {number}/2 ended")
        state = display._run.running()
        display.finished("Tuner", "done", 2.0)
        display.finish()
    assert state is not None
    assert state.training is not None
    assert state.training.told == ("trial 1/2 ended", "trial 2/2 ended")
    assert state.training.progress is None
    assert [line.strip() for line in output.getvalue().splitlines() if "trial" in line or "resumed" in line] == [
        *("resumed at step 4", "trial 1/2 ended", "resumed at step 4", "trial 2/2 ended"),
    ]
