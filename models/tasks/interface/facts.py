"""What the preset and the data say that a task's graphs depend on."""

import dataclasses
from collections.abc import Mapping
from typing import Self

from models.tokenisation.piece_vocabulary import PieceVocabulary


@dataclasses.dataclass(frozen=True)
class Facts:
    """What is known once the train split has been read; the numbers that are chosen after training come on top.

    Attributes:
        vocabulary: The preset's pieces.
        labels: The label vocabulary, in the order of the network's outputs; empty where labels are no names.
        numbers: What `Task.measure` and `Task.calibrate` found, by the names that the task gives them.
    """

    vocabulary: PieceVocabulary
    labels: tuple[str, ...] = ()
    numbers: Mapping[str, tuple[float, ...]] = dataclasses.field(default_factory=dict)

    def with_numbers(self, numbers: Mapping[str, tuple[float, ...]]) -> Self:
        """A copy that knows further numbers."""
        return dataclasses.replace(self, numbers={**self.numbers, **numbers})
