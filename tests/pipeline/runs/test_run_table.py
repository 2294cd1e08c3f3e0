"""The list of runs as a person reads it."""

import io
import re
from typing import Any

import pytest
from rich.console import Console

from pipeline.runs.record import ComponentRecord, RunOutcome, RunRecord
from pipeline.runs.table import run_table, what_came_of


def record(**fields: Any) -> RunRecord:
    return RunRecord(**{"run": "2026-01-02T03-04-05", "started_at": "", "log": "", "state": "done", **fields})


def outcome(**fields: Any) -> RunOutcome:
    values: dict[str, Any] = {
        "promoted": False,
        "version": None,
        "path": None,
        "reason": "",
        "verdict": "",
        "metrics": {},
    }
    return RunOutcome(**{**values, **fields})


def components(**states: str) -> dict[str, ComponentRecord]:
    return {name: ComponentRecord(state) for name, state in states.items()}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (record(outcome=outcome(promoted=True, version=4)), "version 4"),
        (record(outcome=outcome(version=4)), "version 4, in service already"),
        (record(outcome=outcome(reason="not blessed: too bad")), "not blessed: too bad"),
        (record(part="from Transform to Trainer"), "ran from Transform to Trainer, as asked"),
        (record(state="failed", error="no file\nmatches"), "no file"),
        (record(state="failed", components=components(Transform="done", Trainer="failed")), "at Trainer"),
        (record(state="interrupted", components=components(Transform="done", Trainer="interrupted")), "at Trainer"),
        (record(state="killed", components=components(Transform="cached", Trainer="running")), "at Trainer"),
        (record(state="running", components=components(Transform="reused", Trainer="running")), "at Trainer"),
        (record(state="running", components=components(Transform="reused")), "at its start"),
        (record(state="killed"), "at its start"),
    ],
)
def test_what_came_of_a_run(run: RunRecord, words: str) -> None:
    assert what_came_of(run) == words


def test_a_run_killed_between_two_components_did_not_end_at_its_start() -> None:
    run = record(state="killed", components=components(TextExampleGen="done", StatisticsGen="done"))
    assert what_came_of(run) == "after StatisticsGen"


def lines(*records: RunRecord) -> list[str]:
    output = io.StringIO()
    Console(file=output, width=200, highlight=False, markup=False, emoji=False).print(run_table(records, "accuracy"))
    return [line.rstrip() for line in output.getvalue().splitlines()]


def test_one_line_for_each_run() -> None:
    found = lines(
        record(seconds=75.0, outcome=outcome(promoted=True, version=4, metrics={"accuracy": 0.98765, "auc": 0.5})),
        record(run="2026-01-01T00-00-00.2", state="failed", seconds=3.21, error="data.csv [bold] :smile: is empty"),
        record(run="b", outcome=outcome(reason="refused", metrics={"accuracy": None})),
        record(run="a", outcome=outcome(reason="refused", metrics={"accuracy": 0.0})),
    )
    assert [re.split(r"  +", line) for line in found] == [
        ["run", "state", "time", "accuracy", "what came of it"],
        ["2026-01-02T03-04-05", "done", "1:15", "0.9877", "version 4"],
        ["2026-01-01T00-00-00.2", "failed", "3.2 s", "data.csv [bold] :smile: is empty"],
        ["b", "done", "0.0 s", "refused"],
        ["a", "done", "0.0 s", "0.0000", "refused"],
    ]


@pytest.mark.parametrize("state", ["running", "done", "failed", "interrupted", "killed"])
def test_every_state_can_be_shown(state: Any) -> None:
    assert state in lines(record(state=state))[1].split()
