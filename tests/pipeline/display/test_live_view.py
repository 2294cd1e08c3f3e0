import re
import time
from typing import Any

import pytest
from rich.live import Live

from models.training.progress import TrainingProgress
from pipeline.display.live_view import LiveView
from pipeline.display.run_state import Component, RunState, Training

PROGRESS = TrainingProgress(2, 4, 120, 240, {"accuracy": 0.5, "loss": 1.25}, 52.4, 83.2)


@pytest.fixture
def drawn_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """No picture but those that a test asks for."""
    init = Live.__init__
    monkeypatch.setattr(Live, "__init__", lambda self, **options: init(self, **{**options, "auto_refresh": False}))


def _run() -> RunState:
    trainer = Component("Trainer", "running", time.monotonic(), Training(PROGRESS))
    return RunState((Component("Ingest", "done", 1.5), trainer, *(Component(f"Later{number}") for number in range(9))))


def _shown(screen: Any) -> list[str]:
    return [row.split()[1] for row in screen.text() if row.split()[0] in "✓⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏·"]


@pytest.mark.usefixtures("drawn_by_hand")
@pytest.mark.parametrize("columns", [100, 79, 50, 41, 40])
def test_a_narrower_terminal_keeps_nothing_of_the_wider_picture(
    columns: int, open_terminal: Any, new_screen: Any
) -> None:
    terminal, screen = open_terminal(100, 30), new_screen(100)
    screen.show("before\n")
    view = LiveView(terminal, _run())
    view.start()
    screen.show(terminal.take())
    terminal.resize(columns, 30)
    screen.resize(columns)
    view._live.refresh()
    screen.show(terminal.take())
    assert screen.text()[0] == "before"
    assert sum("accuracy" in row for row in screen.text()) == 1
    assert _shown(screen)[:2] == ["Ingest", "Trainer"]
    view.stop()


@pytest.mark.usefixtures("drawn_by_hand")
def test_a_low_terminal_shows_what_runs_and_at_the_end_everything(open_terminal: Any, new_screen: Any) -> None:
    terminal, screen = open_terminal(80, 6), new_screen(80)
    run = _run()
    view = LiveView(terminal, run)
    view.start()
    screen.show(terminal.take())
    assert len(screen.rows) == 6
    assert _shown(screen)[:2] == ["Ingest", "Trainer"]
    run.end("done")
    view.stop()
    screen.show(terminal.take())
    assert _shown(screen) == ["Ingest", "Trainer", *(f"Later{number}" for number in range(9))]


def test_pictures_follow_without_being_asked_for(open_terminal: Any) -> None:
    terminal, run = open_terminal(80, 24), RunState()
    view = LiveView(terminal, run)
    view.start()
    assert "starting  0 s  loading TensorFlow and TFX" in terminal.take()
    run.components = (Component("Ingest", "running", time.monotonic()),)
    deadline = time.monotonic() + 5
    while "0 of 1 components" not in terminal.getvalue() and time.monotonic() < deadline:
        time.sleep(0.05)
    view.stop()
    assert "0 of 1 components" in terminal.take()


def test_the_cursor_stays_visible(open_terminal: Any) -> None:
    terminal = open_terminal(80, 24)
    view = LiveView(terminal, _run())
    view.start()
    written = terminal.take()
    assert written.rfind("\x1b[?25h") > written.rfind("\x1b[?25l")
    view.stop()


def test_a_terminal_that_is_gone_stops_nothing(open_terminal: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = open_terminal(80, 24)
    view = LiveView(terminal, _run())
    view.start()

    def fail(text: str) -> int:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(terminal, "write", fail)
    view.stop()


@pytest.mark.parametrize("no_color", ["", "1"])
def test_no_color_is_respected(no_color: str, open_terminal: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", no_color)
    terminal = open_terminal(80, 24)
    view = LiveView(terminal, _run())
    view.start()
    view.stop()
    # Rich keeps the first codes of a style for the process: which terminal they are of depends on the tests before.
    assert bool(re.search(r"\x1b\[3[28]", terminal.take())) == (not no_color)
