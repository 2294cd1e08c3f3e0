"""Runs as a table for a person."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from pipeline.display.duration import duration
from pipeline.display.signs import STYLES
from pipeline.runs.record import RunRecord

_FINISHED = ("done", "cached")
_UNFINISHED = ("running", "failed", "interrupted")


def run_table(records: Sequence[RunRecord], metric: str) -> Table:
    """One line for each run.

    Args:
        records: The runs.
        metric: The metric to show.
    """
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("run", no_wrap=True)
    table.add_column("state", no_wrap=True)
    table.add_column("time", justify="right", no_wrap=True)
    table.add_column(metric, justify="right", no_wrap=True)
    table.add_column("what came of it", overflow="fold")
    for record in records:
        value = record.outcome and record.outcome.metrics.get(metric)
        table.add_row(
            record.run,
            Text(record.state, style=STYLES[record.state]),
            duration(record.seconds, 1),
            "" if value is None else f"{value:.4f}",
            what_came_of(record),
        )
    return table


def what_came_of(record: RunRecord) -> str:
    """The outcome of a run in a few words."""
    outcome = record.outcome
    if outcome:
        if outcome.version is None:
            return outcome.reason
        return f"version {outcome.version}{'' if outcome.promoted else ', in service already'}"
    if record.state == "done":
        return f"ran {record.part}, as asked"
    if record.error:
        return record.error.splitlines()[0]
    states = {name: component.state for name, component in record.components.items()}
    at = next((name for name, state in states.items() if state in _UNFINISHED), None)
    after = next((name for name, state in reversed(states.items()) if state in _FINISHED), None)
    return f"at {at}" if at else f"after {after}" if after else "at its start"
