"""From the config's fields about the loss to what a task's loss takes."""

import difflib
from collections.abc import Callable, Mapping, Sequence

from models.config import TrainingConfig
from models.tasks.interface.loss_options import LossOptions
from models.tasks.interface.task import Task
from models.user_error import UserError


def fault_of_loss_settings(training: TrainingConfig, task: Task) -> str | None:
    """What is wrong with a config's fields about the loss for its task.

    Returns:
        A sentence that begins with the field; None where nothing is.
    """
    defaults = TrainingConfig()
    for field in LossOptions.__dataclass_fields__:
        if getattr(training, field) != getattr(defaults, field) and field not in task.loss_options:
            return f"{field}: the loss of {task.name} has no such setting; leave it out"
    return None


def loss_options(
    training: TrainingConfig, labels: Sequence[str], count_labels: Callable[[], Sequence[int]]
) -> LossOptions:
    """Resolves the config's fields for a label vocabulary.

    Args:
        training: The config's section.
        labels: The label vocabulary.
        count_labels: Counts the train split's rows by label, in its order; called where the counts are needed.

    Raises:
        UserError: A weight is given for a label that does not occur.
    """
    class_weights = training.class_weights
    if class_weights == "none":
        weights = None
    elif class_weights == "balanced":
        weights = balanced_weights(count_labels())
    else:
        weights = _weights_by_label(class_weights, labels)
    return LossOptions(weights, training.label_smoothing)


def balanced_weights(counts: Sequence[int]) -> tuple[float, ...]:
    """Weights by which every class counts the same, and the mean row 1: rows / (classes * rows of the class).

    Args:
        counts: Rows of each class. One without rows is none of the classes that share the weight; its own says nothing.
    """
    num_classes = sum(count > 0 for count in counts)
    return tuple(sum(counts) / (num_classes * count) if count else 1.0 for count in counts)


def _weights_by_label(weights: Mapping[str, float], labels: Sequence[str]) -> tuple[float, ...]:
    for label in weights:
        if label not in labels:
            nearest = difflib.get_close_matches(label, labels, n=1, cutoff=0.0)
            raise UserError(
                f"training.class_weights: the train split has no label {label!r}; did you mean {nearest[0]!r}?"
            )
    return tuple(weights.get(label, 1.0) for label in labels)
