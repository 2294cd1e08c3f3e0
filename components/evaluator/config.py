"""The config section `evaluation`: what is good enough."""

from typing import Self

import pydantic

from components.evaluator.text_slices import TEXT_SLICES
from components.evaluator.threshold import Threshold
from models.config import Section
from models.tasks.task import Task


class EvaluationConfig(Section):
    """On which rows a model is judged, in which slices, and what it must reach."""

    split: str = pydantic.Field(default="eval", min_length=1, description="The split on which models are judged.")
    slices: tuple[str, ...] = pydantic.Field(
        default=("text_length",),
        description=f"Groups of rows with metrics of their own: {', '.join(TEXT_SLICES)}, or columns of the data.",
    )
    thresholds: tuple[Threshold, ...] = pydantic.Field(
        default=(),
        description="What a model must reach to be blessed. Without any, every model that can be evaluated is blessed.",
    )

    @pydantic.model_validator(mode="after")
    def _thresholds_have_their_slices(self) -> Self:
        for threshold in self.thresholds:
            for name, value in threshold.slice.items():
                if name not in self.slices:
                    raise ValueError(f"the threshold on {threshold.metric} has slice {name!r}: add it to `slices`")
                buckets = TEXT_SLICES[name].buckets if name in TEXT_SLICES else (value,)
                if value not in buckets:
                    raise ValueError(f"slice {name!r} has no {value!r}; it has {', '.join(buckets)}")
        return self

    def slice_columns(self) -> tuple[str, ...]:
        """The slices that are columns, which the examples must hold."""
        return tuple(name for name in self.slices if name not in TEXT_SLICES)


def unknown_metrics(config: EvaluationConfig, task: Task) -> tuple[str, ...]:
    """The metrics that thresholds name and the task has not, in order and once each."""
    named = dict.fromkeys(threshold.metric for threshold in config.thresholds)
    return tuple(metric for metric in named if metric not in task.evaluation().metrics)
