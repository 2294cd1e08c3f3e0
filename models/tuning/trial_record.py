"""What is kept of a trial."""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from models.tasks.interface.evaluation import Monitor

TrialState = Literal["done", "stopped", "failed"]
"""`stopped`: it was hopeless after an epoch; `failed`: these settings cannot be trained with here."""

NO_EPOCH = 0
"""The best epoch of a training that left the network as it was before."""


@dataclasses.dataclass(frozen=True)
class TrialRecord:
    """One trial.

    Attributes:
        number: From 1; the first is the config's own setting.
        values: What it tried, by the names of the space.
        state: How it ended.
        value: The task's metric on the eval split after its best epoch; None where it has none.
        metrics: All metrics after that epoch; those on the eval split are named `val_…`.
        best_epoch: That epoch, from 1; 0 where the network was best before training.
        values_by_epoch: The task's metric after each epoch.
        seconds: How long it took, without what was before a kill.
        reason: Why it was stopped or failed.
    """

    number: int
    values: Mapping[str, Any]
    state: TrialState
    value: float | None = None
    metrics: Mapping[str, float] = dataclasses.field(default_factory=dict)
    best_epoch: int = NO_EPOCH
    values_by_epoch: Sequence[float] = ()
    seconds: float = 0.0
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "TrialRecord":
        """The inverse of `to_json`."""
        return cls(**fields)


def best_trial(records: Sequence[TrialRecord], monitor: Monitor) -> TrialRecord | None:
    """The trial with the best value; of equal ones the first, so that nothing changes without a gain.

    Args:
        records: The trials.
        monitor: The metric and its direction.

    Returns:
        None where no trial has a value.
    """
    sign = 1 if monitor.mode == "max" else -1
    judged = [record for record in records if record.value is not None and not math.isnan(record.value)]
    return max(judged, key=lambda record: (sign * (record.value or 0.0), -record.number), default=None)
