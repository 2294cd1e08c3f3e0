"""A training's numbers, as parts of lines."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipeline.display.duration import clock
from pipeline.display.fitted_line import Part

if TYPE_CHECKING:
    from models.training.progress import TrainingProgress

_MAX_FIXED = 1e4
_MIN_FIXED = 1e-3
_SLOW = 10.0
"""Examples per second below which the first digit after the point says something."""


def position_parts(progress: "TrainingProgress") -> list[Part]:
    """Where it is: `epoch 2/8  step 120/240`."""
    return [
        Part(f"epoch {progress.epoch}/{progress.epochs}", 2),
        Part(f"step {progress.step}/{progress.total_steps}", 0),
    ]


def time_left_parts(progress: "TrainingProgress") -> list[Part]:
    """How long it will take, if that is known: `1:23 left`."""
    left = progress.seconds_left
    return [] if left is None or not math.isfinite(left) else [Part(f"{clock(left)} left", 1)]


def speed_parts(progress: "TrainingProgress") -> list[Part]:
    """How fast it is, if that is known: `52 examples/s`."""
    speed = progress.examples_per_second
    if speed is None or not math.isfinite(speed):
        return []
    # More interesting than a second metric, less so than the loss and the first.
    return [Part(f"{speed:.1f} examples/s" if speed < _SLOW else f"{speed:.0f} examples/s", 2)]


def running_metric_parts(progress: "TrainingProgress") -> list[Part]:
    """Loss and metrics of the epoch so far."""
    return _metric_parts({name: value for name, value in progress.metrics.items() if not name.startswith("val_")})


def validation_parts(progress: "TrainingProgress") -> list[Part]:
    """Loss and metrics on the validation split."""
    return _metric_parts({name: value for name, value in progress.metrics.items() if name.startswith("val_")})


def _metric_parts(metrics: Mapping[str, float]) -> list[Part]:
    """Each with its name; the loss matters most, then the first metric."""
    by_importance = sorted(metrics, key=lambda name: name.removeprefix("val_") != "loss")
    ranks = {name: place if place < 2 else 3 for place, name in enumerate(by_importance)}
    return [Part(f"{name} {_number(value)}", ranks[name]) for name, value in metrics.items()]


def _number(value: float) -> str:
    return f"{value:.4f}" if value == 0 or _MIN_FIXED <= abs(value) < _MAX_FIXED else f"{value:.3g}"
