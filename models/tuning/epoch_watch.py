"""Follows a trial from epoch to epoch."""

import math
from collections.abc import Mapping
from typing import Any

from models.config import TrainingConfig
from models.tasks.interface.evaluation import Monitor
from models.tuning.hopeless import is_hopeless
from models.tuning.journal import Journal
from models.tuning.trial_record import TrialRecord


class EpochWatch:
    """Writes down what each epoch came to, and ends a training that is hopeless."""

    def __init__(
        self, journal: Journal, number: int, monitor: Monitor, training: TrainingConfig, stops_hopeless: bool
    ) -> None:
        """Sets what is followed.

        Args:
            journal: The search's.
            number: The trial's.
            monitor: The metric that epochs are judged by.
            training: The trial's settings.
            stops_hopeless: Whether a hopeless trial ends early.
        """
        self._journal, self._number, self._epochs = journal, number, training.epochs
        self._keeps_last = training.keep_epoch == "last"
        self._monitor, self._stops_hopeless = monitor, stops_hopeless
        self._is_hopeless = False

    def ends_after(self, epoch: int, metrics: Mapping[str, float]) -> bool:
        """The training's rule: see `models.training.training_loop.EpochRule`."""
        values = list(self._values(self._journal.add_epoch(self._number, epoch, metrics)).values())
        # What is over anyway was not stopped.
        is_late = self._epochs <= 2 * (epoch + 1) < 2 * self._epochs
        if math.isnan(values[-1]):
            self._is_hopeless = epoch + 1 < self._epochs
        elif self._stops_hopeless and is_late:
            others = [record.values_by_epoch for record in self._journal.records() if record.state == "done"]
            self._is_hopeless = is_hopeless(values, others, self._monitor)
        return self._is_hopeless

    def record(self, values: Mapping[str, Any]) -> TrialRecord:
        """What the trial came to.

        Args:
            values: What it tried.
        """
        epochs = self._journal.epochs_of(self._number)
        by_epoch = self._values(epochs)
        numbers = {epoch: value for epoch, value in by_epoch.items() if not math.isnan(value)}
        if not numbers:
            return TrialRecord(self._number, values, "failed", reason=f"{self._monitor.metric} was not a number")
        best = (max if self._monitor.mode == "max" else min)(numbers, key=lambda epoch: numbers[epoch])
        kept = max(numbers) if self._keeps_last else best
        return TrialRecord(
            self._number,
            values,
            "stopped" if self._is_hopeless else "done",
            numbers[kept],
            epochs[kept],
            kept + 1,
            list(by_epoch.values()),
            reason=f"hopeless after epoch {max(epochs) + 1} of {self._epochs}" if self._is_hopeless else "",
        )

    def _values(self, epochs: Mapping[int, Mapping[str, float]]) -> dict[int, float]:
        return {epoch: metrics[f"val_{self._monitor.metric}"] for epoch, metrics in sorted(epochs.items())}
