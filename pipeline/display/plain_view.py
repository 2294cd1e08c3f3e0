"""A run where there is no terminal: one line for each change, and now and then one of the training."""

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

from pipeline.display.run_state import Component
from pipeline.display.training_parts import (
    position_parts,
    running_metric_parts,
    speed_parts,
    time_left_parts,
    validation_parts,
)

if TYPE_CHECKING:
    from models.training.progress import TrainingProgress

_SECONDS_BETWEEN_LINES = 10.0
_NAME_WIDTH, _STATE_WIDTH = 16, 11


class PlainView:
    """Writes lines without control characters, each as soon as it is known."""

    def __init__(self, output: TextIO, now: Callable[[], float] = time.monotonic) -> None:
        """Sets where to write.

        Args:
            output: Any file.
            now: The time in seconds.
        """
        self._output, self._now = output, now
        self._last_progress = -math.inf

    def start(self) -> None:
        """Says why nothing more is said for a while."""
        self.write("bertline: starting: loading TensorFlow and TFX")

    def component_changed(self, component: Component) -> None:
        """Writes a component's state, with its time when it has ended."""
        time_taken = "" if component.state == "running" else f"  {component.seconds:7.1f} s"
        self.write(f"  {component.name:<{_NAME_WIDTH}}  {component.state:<{_STATE_WIDTH}}{time_taken}".rstrip())
        self._last_progress = -math.inf

    def training_changed(self, news: "TrainingProgress | str") -> None:
        """Writes what a training says; its numbers when an epoch ends or their last line is some time ago."""
        now = self._now()
        if isinstance(news, str):
            self.write(f"    {news}")
        elif _ends_epoch(news) or now - self._last_progress >= _SECONDS_BETWEEN_LINES:
            self._last_progress = now
            self.write(f"    {_line(news)}")

    def stop(self) -> None:
        """Has nothing to clear away."""

    def write(self, line: str) -> None:
        """Writes a line at once."""
        try:
            self._output.write(f"{line}\n")
            self._output.flush()
        except OSError:
            # Nobody reads any more; that does not end a run.
            return


def _line(progress: "TrainingProgress") -> str:
    metrics = [*running_metric_parts(progress), *validation_parts(progress)]
    parts = [*position_parts(progress), *metrics, *speed_parts(progress), *time_left_parts(progress)]
    return "  ".join(part.text for part in parts)


def _ends_epoch(progress: "TrainingProgress") -> bool:
    at_its_last_step = progress.step * progress.epochs == progress.epoch * progress.total_steps
    return at_its_last_step or any(name.startswith("val_") for name in progress.metrics)
