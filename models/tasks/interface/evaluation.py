"""How answers are judged, in training and by TFMA."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Literal


@dataclasses.dataclass(frozen=True)
class Monitor:
    """The validation metric by which early stopping chooses the best epoch."""

    metric: str
    mode: Literal["max", "min"]


@dataclasses.dataclass(frozen=True)
class EvaluationMetric:
    """One number that TFMA computes.

    Attributes:
        class_name: A metric of TFMA or Keras, or the dotted path of another.
        higher_is_better: Its direction; None where no value is better than another, such as for a count.
        config: Constructor arguments besides the name: JSON values, as TFMA's MetricConfig takes them.
        bounds: The least and the greatest value that it can have.
        by_label: Whether it also gives a value for each label that occurs, under the name that `name_of_label` makes.
    """

    class_name: str
    higher_is_better: bool | None = True
    config: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    bounds: tuple[float, float] = (0.0, 1.0)
    by_label: bool = False


_OF_LABEL = "/"


def name_of_label(metric: str, label: str) -> str:
    """What thresholds and reports call a metric's value for one label, such as `f1/PER`."""
    return f"{metric}{_OF_LABEL}{label}"


def split_name(name: str) -> tuple[str, str]:
    """The inverse of `name_of_label`; the label is empty in the name of a value for all of them."""
    metric, _, label = name.partition(_OF_LABEL)
    return metric, label


def metric_named(name: str, metrics: Mapping[str, EvaluationMetric]) -> EvaluationMetric | None:
    """The metric that a value belongs to, whether for all labels or for one; None for an unknown name.

    Args:
        name: The value's name.
        metrics: The metrics of a task.
    """
    metric, label = split_name(name)
    found = metrics.get(metric)
    return found if found and (name == metric or (label and found.by_label)) else None


@dataclasses.dataclass(frozen=True)
class Evaluation:
    """How TFMA judges the answers of a task.

    Attributes:
        label_key: The feature that holds the truth.
        prediction_key: The answer that metrics compare with it; empty where they take all answers, by name.
        metrics: What is counted, by the name that thresholds and reports use.
        signature: Which signature, on serialized tf.Examples, gives the answers.
    """

    label_key: str
    prediction_key: str
    metrics: Mapping[str, EvaluationMetric]
    signature: str = "serve_examples"
