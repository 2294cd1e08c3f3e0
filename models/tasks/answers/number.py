"""The answer of a task that gives a number."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Number:
    """A number for a text.

    Attributes:
        value: In the units of the training data.
    """

    value: float
