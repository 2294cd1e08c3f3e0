"""Runs on Kubeflow Pipelines as a table for a person."""

import datetime
from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from pipeline.display.duration import duration
from pipeline.display.signs import STYLES as LOCAL_STYLES
from pipeline.kubeflow.client.run_state import ENDED, STYLES, state_of


def run_table(runs: Sequence[Any], now: datetime.datetime) -> Table:
    """A line for each run, and one more for its error; the IDs are long, so narrow terminals wrap the last column.

    Args:
        runs: A `V2beta1Run` each.
        now: The time, for those that go on.
    """
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("state", no_wrap=True)
    table.add_column("started", no_wrap=True)
    table.add_column("time", justify="right", no_wrap=True)
    table.add_column("run, id and error", overflow="fold")
    for run in runs:
        state = state_of(run)
        message = ((run.error and run.error.message) or "").strip()
        table.add_row(
            Text(state.lower(), style=LOCAL_STYLES.get(STYLES.get(state, ""), "")),
            f"{run.created_at.astimezone():%Y-%m-%d %H:%M}",
            # A run that goes on has an end too: the first second of 1970.
            duration(((run.finished_at if state in ENDED else now) - run.created_at).total_seconds()),
            "\n".join([f"{run.display_name}  {run.run_id}", *message.splitlines()[:1]]),
        )
    return table


def schedule_line(schedule: Any) -> str:
    """A schedule in one line.

    Args:
        schedule: A `V2beta1RecurringRun`.
    """
    cron = schedule.trigger.cron_schedule.cron if schedule.trigger and schedule.trigger.cron_schedule else "unknown"
    parameters = (schedule.runtime_config and schedule.runtime_config.parameters) or {}
    given = "".join(f", {name}={value}" for name, value in sorted(parameters.items()))
    return f"schedule: {cron} ({(schedule.status or 'unknown').lower()}{given})"
