"""What a benchmark found, as one row of benchmarks/RESULTS.md."""

import dataclasses
import json
import pathlib
import statistics
from typing import Self


@dataclasses.dataclass(frozen=True)
class Result:
    """One piece of work, done by us and by a peer in turns.

    Attributes:
        work: What was done.
        peer: Who did it beside us.
        unit: Of both series of figures.
        ours: A figure for each turn.
        theirs: The peer's in the same turns.
        reach: The least ratio that we want.
        is_time: Whether less is better.
    """

    work: str
    peer: str
    unit: str
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    reach: float
    is_time: bool = False

    def ratios(self) -> list[float]:
        """How many times better ours is, in each turn."""
        pairs = zip(self.ours, self.theirs, strict=True)
        return [its / mine if self.is_time else mine / its for mine, its in pairs]

    def __str__(self) -> str:
        ratios = self.ratios()
        return (
            f"{self.work}: ours {_figures(self.ours)}, {self.peer} {_figures(self.theirs)} {self.unit}; "
            f"{statistics.median(ratios):.2f} times as good ({min(ratios):.2f} to {max(ratios):.2f}), "
            f"wanted {self.reach:.2f}"
        )

    def row(self) -> str:
        """Its line in a table of Markdown."""
        ratios = self.ratios()
        cells = (
            self.work,
            self.peer,
            f"{_figures(self.ours)} {self.unit}",
            f"{_figures(self.theirs)} {self.unit}",
            f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})",
            f"{self.reach:.2f}",
        )
        return f"| {' | '.join(cells)} |"

    def append_to(self, file: pathlib.Path) -> None:
        """Adds a line of JSON."""
        with file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(dataclasses.asdict(self)) + "\n")

    @classmethod
    def read_all(cls, file: pathlib.Path) -> list[Self]:
        """What `append_to` added to a file."""
        values = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        return [cls(**{**each, "ours": tuple(each["ours"]), "theirs": tuple(each["theirs"])}) for each in values]


def _figures(values: tuple[float, ...]) -> str:
    return ", ".join(f"{value:.4g}" for value in values)
