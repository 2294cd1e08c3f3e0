"""Trials in words."""

from collections.abc import Mapping
from typing import Any

from models.tasks.interface.evaluation import Monitor
from models.tuning.trial_record import TrialRecord


def value_text(value: Any) -> str:
    """A setting as a person writes it."""
    if isinstance(value, float) and 0 < abs(value) < 1e-2:
        digits, exponent = f"{value:.2e}".split("e")
        whole, _, rest = digits.partition(".")
        return f"{whole}.{rest.rstrip('0') or '0'}e{int(exponent)}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def settings_text(values: Mapping[str, Any]) -> str:
    """The settings of a trial in one line."""
    return "  ".join(f"{name} {value_text(value)}" for name, value in values.items())


def trial_line(record: TrialRecord, num_trials: int, monitor: Monitor, best: TrialRecord | None) -> str:
    """What came of a trial, in one line.

    Args:
        record: The trial.
        num_trials: Of the whole search.
        monitor: The metric.
        best: The best trial so far, this one included; None where none has a value.
    """
    own = " (as the config is)" if record.number == 1 else ""
    value = f"{monitor.metric} {record.value:.4f}" if record.value is not None else record.state
    reason = f"  ({record.reason})" if record.reason else ""
    so_far = f"  best so far {best.value:.4f}, trial {best.number}" if best and best.value is not None else ""
    return (
        f"trial {record.number}/{num_trials}{own}: {settings_text(record.values)}  {value}  {record.seconds:.0f} s"
        f"{reason}{so_far}"
    )
