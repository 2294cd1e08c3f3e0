"""What is watched of the answers that a served model gives, to see whether they change over time."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class WatchedAnswer:
    """What one served answer tells; None for what a task, or the signature that was asked, does not give.

    Attributes:
        labels: The labels that were answered, each once; none where no label holds.
        confidence: How sure the model was, from 0 to 1.
        number: The number that was answered, in the units of the training data.
    """

    labels: tuple[str, ...] | None = None
    confidence: float | None = None
    number: float | None = None
