"""Trials as a table for a person."""

from collections.abc import Sequence

from rich.table import Table

from models.tasks.interface.evaluation import Monitor
from models.tuning.trial_lines import value_text
from models.tuning.trial_record import TrialRecord
from pipeline.display.duration import duration


def trial_table(records: Sequence[TrialRecord], monitor: Monitor, best: TrialRecord) -> Table:
    """One line for each trial, the best one first.

    Args:
        records: The trials.
        monitor: The metric and its direction.
        best: The best one.
    """
    sign = 1 if monitor.mode == "max" else -1
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("trial", justify="right", no_wrap=True)
    for name in best.values:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column(f"eval {monitor.metric}", justify="right", no_wrap=True)
    table.add_column("time", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for record in sorted(
        records, key=lambda record: (record.value is None, -sign * (record.value or 0), record.number)
    ):
        notes = [*(["the config's"] if record.number == 1 else []), *([record.reason] if record.reason else [])]
        table.add_row(
            str(record.number),
            *(value_text(value) for value in record.values.values()),
            "" if record.value is None else f"{record.value:.4f}",
            duration(record.seconds, 1),
            "; ".join(notes),
            style="bold" if record.number == best.number else "",
        )
    return table
