"""What a user can change about a loss."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class LossOptions:
    """What a user changed about the loss; a task is given only what it lists in `loss_options`.

    Attributes:
        class_weights: How much the rows of each label count, in the order of the labels; None where all count the same.
        label_smoothing: Share of each label to spread evenly over all of them.
    """

    class_weights: tuple[float, ...] | None = None
    label_smoothing: float = 0.0
