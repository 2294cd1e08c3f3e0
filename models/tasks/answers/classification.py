"""The answer of a task that chooses one label."""

import dataclasses
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True)
class Classification:
    """One label for a text.

    Attributes:
        label: The likeliest.
        score: Its probability.
        scores: The probability of each label.
    """

    label: str
    score: float
    scores: Mapping[str, float]
