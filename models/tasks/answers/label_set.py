"""The answer of a task that chooses any number of labels."""

import dataclasses
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True)
class LabelSet:
    """The labels of a text.

    Attributes:
        labels: Those over their thresholds with their scores, the highest first; empty for none.
        scores: The score of each label, from 0 to 1.
    """

    labels: Mapping[str, float]
    scores: Mapping[str, float]
