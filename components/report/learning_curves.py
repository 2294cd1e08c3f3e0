"""The learning curves of a training, from its TensorBoard event files."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import tensorflow as tf
from tensorflow.core.util import event_pb2

from components.report.report import Curve, TrainingFacts
from models.tasks.interface.evaluation import Monitor
from models.training.out_of_memory import read_rows_at_a_time
from models.training.starting_weights import read_start

_MAX_POINTS = 200
_NOT_CURVES = ("learning_rate",)

Point = tuple[int, float]
_Scalars = dict[str, dict[int, float]]


def training_facts(folder: str, monitor: Monitor, kept: Literal["best", "last"] = "best") -> TrainingFacts:
    """Reads what a training wrote while it ran.

    Args:
        folder: The ModelRun artifact, which holds the event files in `train` and `validation`.
        monitor: What epochs are judged by.
        kept: Which of them was kept.
    """
    times: list[float] = []
    rows = read_rows_at_a_time(folder)
    train, validation = (_scalars(f"{folder}/{name}", times) for name in ("train", "validation"))
    first = ["loss", monitor.metric]
    names = [name for name in dict.fromkeys([*first, *sorted(train | validation)]) if name not in _NOT_CURVES]
    return TrainingFacts(
        curves=tuple(
            Curve(name, thinned(sorted(train.get(name, {}).items())), tuple(sorted(validation.get(name, {}).items())))
            for name in names
            if name in train or name in validation
        ),
        monitor=monitor.metric,
        best=_kept(validation.get(monitor.metric, {}), monitor, kept),
        steps=max(
            (step for scalars in (train, validation) for points in scalars.values() for step in points), default=0
        ),
        seconds=max(times) - min(times) if times else 0.0,
        start=read_start(folder),
        memory=rows.sentence() if rows else "",
    )


def thinned(points: Sequence[Point]) -> tuple[Point, ...]:
    """At most some hundred of the points, evenly chosen, the first and the last among them."""
    if len(points) <= _MAX_POINTS:
        return tuple(points)
    last = len(points) - 1
    return tuple(points[round(number * last / (_MAX_POINTS - 1))] for number in range(_MAX_POINTS))


def _kept(points: Mapping[int, float], monitor: Monitor, kept: Literal["best", "last"]) -> Point | None:
    """The last of the points, or the first of the best: an epoch that is only as good does not take its place."""
    if not points:
        return None
    if kept == "last":
        return max(points.items())
    sign = 1 if monitor.mode == "min" else -1
    return min(points.items(), key=lambda point: (sign * point[1], point[0]))


def _scalars(folder: str, times: list[float]) -> _Scalars:
    """Values by name and step; of a step that was done twice, before and after a kill, the later one."""
    scalars: _Scalars = {}
    for event in _events(tf.io.gfile.glob(f"{folder}/*.tfevents.*")):
        for value in event.summary.value:
            if value.metadata.plugin_data.plugin_name == "scalars":
                number = float(tf.make_ndarray(value.tensor))
                times.append(event.wall_time)
                # A training that has come apart has numbers that neither charts nor JSON can hold.
                if math.isfinite(number):
                    scalars.setdefault(value.tag, {})[event.step] = number
    return scalars


def _events(paths: Iterable[str]) -> Iterator[event_pb2.Event]:
    # Their names begin with the time at which they were opened.
    for path in sorted(paths):
        for record in tf.data.TFRecordDataset(path).as_numpy_iterator():
            yield event_pb2.Event.FromString(record)
