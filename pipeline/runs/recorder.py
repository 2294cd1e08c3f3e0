"""Writes down what a run does while it does it."""

import dataclasses
import time
from collections.abc import Mapping
from typing import Any, Protocol

from pipeline.runs.history import RunHistory
from pipeline.runs.record import ComponentRecord, ComponentState, RunRecord


class RunView(Protocol):
    """Shows a person what a run does."""

    def plan(self, components: list[str]) -> None:
        """The run will go through these components, in this order."""

    def started(self, component: str) -> None:
        """A component began."""

    def finished(self, component: str, state: str, seconds: float) -> None:
        """A component ended."""

    def give_up(self, error: Exception) -> None:
        """The process is about to end, since a component does not; called in another thread than the rest."""


class RunRecorder:
    """Keeps the record of a run up to date, so that a kill at any moment leaves what was known then.

    It is the runner's observer, and passes on to the view what it is told.
    """

    def __init__(self, history: RunHistory, record: RunRecord, view: RunView) -> None:
        """Begins a run.

        Args:
            history: Where the record goes.
            record: What is known at the start; components may be there that are reused.
            view: Is told of each change.
        """
        self._history, self._view = history, view
        self._started = time.monotonic()
        self.record = record
        self._update()

    def plan(self, components: list[str]) -> None:
        """Passes on the components."""
        self._view.plan(components)

    def started(self, component: str) -> None:
        """Notes that a component began."""
        self._set(component, ComponentRecord("running"))
        self._view.started(component)

    def finished(self, component: str, state: ComponentState, seconds: float, outputs: Mapping[str, str]) -> None:
        """Notes how a component ended."""
        self._set(component, ComponentRecord(state, round(seconds, 2), dict(outputs)))
        self._view.finished(component, state, seconds)

    def end(self, **changes: Any) -> None:
        """Notes how the run ended: fields of the record."""
        self._update(**changes)

    def _set(self, component: str, what: ComponentRecord) -> None:
        self._update(components={**self.record.components, component: what})

    def _update(self, **changes: Any) -> None:
        seconds = round(time.monotonic() - self._started, 2)
        self.record = dataclasses.replace(self.record, seconds=seconds, **changes)
        self._history.save(self.record)
