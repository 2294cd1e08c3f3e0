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
        peer: Who did it beside us; empty where nobody does.
        unit: Of both series of figures.
        ours: A figure for each turn.
        theirs: The peer's in the same turns; none without a peer.
        reach: What we want: the least ratio, or words.
        is_time: Whether less is better.
    """

    work: str
    peer: str
    unit: str
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    reach: float | str
    is_time: bool = False

    def ratios(self) -> list[float]:
        """How many times better ours is, in each turn; none without a peer."""
        pairs = zip(self.ours, self.theirs, strict=True) if self.peer else ()
        return [its / mine if self.is_time else mine / its for mine, its in pairs]

    def __str__(self) -> str:
        peer = f"; {self.peer} {_figures(self.theirs)} {self.unit}; ratio {self._ratio()}" if self.peer else ""
        return f"{self.work}: ours {_figures(self.ours)} {self.unit}{peer}; wanted {self._wanted()}"

    def row(self) -> str:
        """Its line in a table of Markdown."""
        theirs = (self.peer, f"{_figures(self.theirs)} {self.unit}", self._ratio()) if self.peer else ("-", "-", "-")
        cells = (self.work, theirs[0], f"{_figures(self.ours)} {self.unit}", *theirs[1:], self._wanted())
        return f"| {' | '.join(cells)} |"

    def _ratio(self) -> str:
        ratios = self.ratios()
        return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"

    def _wanted(self) -> str:
        return self.reach if isinstance(self.reach, str) else f"{self.reach:.2f}"

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
