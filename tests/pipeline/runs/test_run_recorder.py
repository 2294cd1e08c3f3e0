"""What is on disk while a run goes on."""

import dataclasses
import pathlib

import pytest

from pipeline.runs.history import RunHistory
from pipeline.runs.lock import run_lock
from pipeline.runs.record import ComponentRecord, RunRecord
from pipeline.runs.recorder import RunRecorder


class Heard:
    """A view that keeps what it is told."""

    def __init__(self, history: RunHistory) -> None:
        self.events: list[tuple[object, ...]] = []
        self._history = history

    def _hear(self, *event: object) -> None:
        self.events.append(event)

    def plan(self, components: list[str]) -> None:
        self._hear("plan", *components)

    def started(self, component: str) -> None:
        # What a person sees is on disk already.
        assert self._history.records()[0].components[component].state == "running"
        self._hear("started", component)

    def finished(self, component: str, state: str, seconds: float) -> None:
        assert self._history.records()[0].components[component].state == state
        self._hear("finished", component, state, seconds)


@pytest.fixture
def history(tmp_path: pathlib.Path) -> RunHistory:
    return RunHistory(tmp_path)


def test_every_step_is_on_disk_at_once(history: RunHistory) -> None:
    reused = ComponentRecord("reused", outputs={"examples": "/x/1"})
    begun = RunRecord("r", "2026-01-01T00:00:00+00:00", "/log", components={"TextExampleGen": reused}, base="before")
    view = Heard(history)

    def on_disk() -> RunRecord:
        (record,) = history.records()
        assert record == dataclasses.replace(recorder.record, seconds=record.seconds)
        return record

    with run_lock(history.runs_folder):
        recorder = RunRecorder(history, begun, view)
        assert dataclasses.replace(on_disk(), seconds=0.0) == begun
        recorder.plan(["Transform", "Trainer"])
        recorder.started("Transform")
        assert on_disk().components == {"TextExampleGen": reused, "Transform": ComponentRecord("running")}
        recorder.finished("Transform", "cached", 1.23456, {"graph": "/t/2"})
        recorder.started("Trainer")
        recorder.finished("Trainer", "failed", 2.0, {})
        done = ComponentRecord("cached", 1.23, {"graph": "/t/2"})
        assert on_disk().components == {
            "TextExampleGen": reused,
            "Transform": done,
            "Trainer": ComponentRecord("failed", 2.0),
        }
        assert on_disk().state == "running"
        recorder.end(state="failed", error="no")
        assert (on_disk().state, on_disk().error, on_disk().base) == ("failed", "no", "before")
    assert list(recorder.record.components) == ["TextExampleGen", "Transform", "Trainer"]
    assert view.events == [
        ("plan", "Transform", "Trainer"),
        ("started", "Transform"),
        ("finished", "Transform", "cached", 1.23456),
        ("started", "Trainer"),
        ("finished", "Trainer", "failed", 2.0),
    ]


def test_the_record_it_was_given_stays_as_it_was(history: RunHistory) -> None:
    begun = RunRecord("r", "2026-01-01T00:00:00+00:00", "/log")
    recorder = RunRecorder(history, begun, Heard(history))
    recorder.finished("Trainer", "done", 1.0, {})
    assert begun.components == {}


def test_the_time_of_a_run_goes_on(history: RunHistory, monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([100.0, 100.0, 103.5, 110.25])
    monkeypatch.setattr("pipeline.runs.recorder.time.monotonic", lambda: next(now))
    recorder = RunRecorder(history, RunRecord("r", "2026-01-01T00:00:00+00:00", "/log"), Heard(history))
    assert recorder.record.seconds == 0
    recorder.end(error="x")
    assert recorder.record.seconds == 3.5
    recorder.end(state="failed")
    assert recorder.record.seconds == 10.25
