"""Counts what became of the rows."""

import dataclasses
from collections import Counter
from collections.abc import Iterable

from components.text_example_gen.config import SplitName

PathAndSplit = tuple[str, SplitName]
PathAndKind = tuple[str, str]


@dataclasses.dataclass(frozen=True, order=True)
class Place:
    """Where a row stands; ordered as the files are read."""

    file_index: int
    line: int
    path: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclasses.dataclass(frozen=True)
class FirstReject:
    """The first of the rows that were rejected for one kind of reason."""

    place: Place
    reason: str


@dataclasses.dataclass
class Tally:
    """Counts what became of the rows of some blocks.

    Attributes:
        rows: Rows that the readers gave, by path.
        accepted: Rows that the task can use, by path and split.
        examples: Examples that were written of them, by path and split: one each, unless the task makes others.
        rejects: Rows that were written to the rejects, by path and kind of reason.
        first: The first reject of each kind.
        labels: Accepted rows of the train split by label.
        new_labels: Rejected rows by the label that they were left out for.
        damaged: What was wrong with files that could not be read to their ends.
    """

    rows: Counter[str] = dataclasses.field(default_factory=Counter)
    accepted: Counter[PathAndSplit] = dataclasses.field(default_factory=Counter)
    examples: Counter[PathAndSplit] = dataclasses.field(default_factory=Counter)
    rejects: Counter[PathAndKind] = dataclasses.field(default_factory=Counter)
    first: dict[str, FirstReject] = dataclasses.field(default_factory=dict)
    labels: Counter[bytes] = dataclasses.field(default_factory=Counter)
    new_labels: Counter[str] = dataclasses.field(default_factory=Counter)
    damaged: set[str] = dataclasses.field(default_factory=set)

    def count_reject(self, place: Place, reason: str) -> None:
        """Counts a row that was written to the rejects."""
        kind = kind_of_reason(reason)
        self.rejects[place.path, kind] += 1
        self._keep_first(kind, FirstReject(place, reason))

    def add(self, other: "Tally") -> None:
        """Adds the counts of other blocks; in which order does not matter."""
        self.rows += other.rows
        self.accepted += other.accepted
        self.examples += other.examples
        self.rejects += other.rejects
        self.labels += other.labels
        self.new_labels += other.new_labels
        self.damaged |= other.damaged
        for kind, first in other.first.items():
            self._keep_first(kind, first)

    def _keep_first(self, kind: str, first: FirstReject) -> None:
        known = self.first.get(kind)
        if known is None or first.place < known.place:
            self.first[kind] = first


def kind_of_reason(reason: str) -> str:
    """What a reason says before it quotes the row."""
    return reason.partition(": ")[0]


def merge_tallies(tallies: Iterable[Tally]) -> Tally:
    """Returns the sum of tallies; of none, one of zeros."""
    merged = Tally()
    for tally in tallies:
        merged.add(tally)
    return merged
