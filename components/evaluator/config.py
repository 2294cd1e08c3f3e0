"""The config section `evaluation`: what is good enough."""

from typing import Self

import pydantic

from components.evaluator.text_slices import TEXT_SLICES
from components.evaluator.threshold import Threshold
from models.config import Section
from models.tasks.interface.evaluation import metric_named, name_of_label
from models.tasks.interface.task import Task


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
    confidence: float | None = pydantic.Field(
        default=0.95,
        gt=0.5,
        lt=1,
        description="How sure the intervals around the metrics are to hold the true values, of this model and of its "
        "difference from the one in service; null leaves them out.",
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
            if threshold.significant and self.confidence is None:
                raise ValueError(f"the threshold on {threshold.metric} is `significant`: that needs a `confidence`")
        return self

    def slice_columns(self) -> tuple[str, ...]:
        """The slices that are columns, which the examples must hold."""
        return tuple(name for name in self.slices if name not in TEXT_SLICES)


def fault_of_thresholds(config: EvaluationConfig, task: Task) -> str | None:
    """Why a task cannot be judged by the config's thresholds, or None."""
    metrics = task.evaluation().metrics
    # Once each, in order.
    unknown = list(dict.fromkeys(each.metric for each in config.thresholds if not metric_named(each.metric, metrics)))
    if unknown:
        of_labels = [name_of_label(name, "LABEL") for name, metric in metrics.items() if metric.by_label]
        also = f", and for each label {', '.join(of_labels)}" if of_labels else ""
        return f"{', '.join(unknown)}: not a metric of {task.name}, which has {', '.join(metrics)}{also}"
    for threshold in config.thresholds:
        kind = metric_named(threshold.metric, metrics)
        if threshold.is_change and kind and kind.higher_is_better is None:
            return (
                f"{threshold.rule}: {threshold.metric} is neither better nor worse when it changes; "
                "bound it by at_least or at_most"
            )
    return None
