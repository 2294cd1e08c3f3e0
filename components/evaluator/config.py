"""The config section `evaluation`: what is good enough."""

from typing import Self

import pydantic

from components.evaluator.text_slices import TEXT_SLICES
from components.evaluator.threshold import Threshold
from models.config import Section
from models.tasks.task import Task


class EvaluationConfig(Section):
    """On which rows a model is judged, in which slices, and what it must reach."""

    split: str = pydantic.Field(
        default="eval",
        min_length=1,
        description="The split on which models are judged. `eval` also chooses the best epoch, so its metrics "
        "flatter the model a little; those of a split that training never sees, `test`, do not.",
    )
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


def fault_of_thresholds(config: EvaluationConfig, task: Task) -> str | None:
    """Why a task cannot be judged by the config's thresholds, or None."""
    metrics = task.evaluation().metrics
    # Once each, in order.
    unknown = list(dict.fromkeys(named.metric for named in config.thresholds if named.metric not in metrics))
    if unknown:
        return f"{', '.join(unknown)}: not a metric of {task.name}, which has {', '.join(metrics)}"
    for threshold in config.thresholds:
        if threshold.is_change and metrics[threshold.metric].higher_is_better is None:
            return (
                f"{threshold.rule}: {threshold.metric} is neither better nor worse when it changes; "
                "bound it by at_least or at_most"
            )
    return None
