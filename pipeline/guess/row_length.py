"""How many word pieces the rows of a task have, and how many of them its model should read."""

import dataclasses
from collections.abc import Sequence

from pipeline.guess.word_pieces import PieceCounter

_COVERED = 0.99
_LENGTHS = (*range(16, 128, 16), *range(128, 513, 32))


@dataclasses.dataclass(frozen=True)
class RowLength:
    """A rule on lengths, special tokens included.

    Attributes:
        least: The shortest to choose.
        most: The longest to choose.
        reads_together: Whether the texts of a row are one input.
        of_longer: What happens to texts that are longer.
    """

    least: int = 16
    most: int = 512
    reads_together: bool = True
    of_longer: str = "cut"

    def of_row(self, texts: Sequence[str], count: PieceCounter) -> int:
        """The word pieces of a row: `[CLS]`, and each text with its `[SEP]`."""
        lengths = [count(text) + 1 for text in texts]
        return 1 + (sum(lengths) if self.reads_together else max(lengths))

    def enough_for(self, lengths: Sequence[int]) -> int:
        """The length that holds nearly all rows, between the bounds."""
        needed = sorted(lengths)[min(len(lengths) - 1, int(_COVERED * len(lengths)))]
        return next(length for length in self.choices() if length >= min(needed, self.most))

    def choices(self) -> tuple[int, ...]:
        """All lengths to choose from, the shortest first."""
        return tuple(length for length in _LENGTHS if self.least <= length <= self.most)
