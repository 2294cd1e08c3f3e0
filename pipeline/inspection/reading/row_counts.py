"""Counts what became of the rows of an inspection."""

import dataclasses
from collections import Counter


@dataclasses.dataclass(frozen=True)
class RejectedKind:
    """One kind of reason for which rows cannot be used, with the first of them."""

    reason: str
    rows: int
    first_place: str
    first_reason: str


@dataclasses.dataclass
class RowCounts:
    """Counts of all rows, also of those that are left out of a sample.

    Attributes:
        read: Rows by file.
        usable: Rows that the task can use, by part.
        labels: Of these, the rows that have a label, by part and label.
        unlabelled: Of these, the rows that have none, by part.
        rejected: Rows that it cannot use, by kind of reason.
        first: The place of the first reject of each kind, and its reason.
        damaged: What was wrong with files that could not be read to their ends.
    """

    read: Counter[str] = dataclasses.field(default_factory=Counter)
    usable: Counter[str] = dataclasses.field(default_factory=Counter)
    labels: Counter[tuple[str, str]] = dataclasses.field(default_factory=Counter)
    unlabelled: Counter[str] = dataclasses.field(default_factory=Counter)
    rejected: Counter[str] = dataclasses.field(default_factory=Counter)
    first: dict[str, tuple[str, str]] = dataclasses.field(default_factory=dict)
    damaged: list[str] = dataclasses.field(default_factory=list)

    def reject(self, place: str, reason: str) -> None:
        """Counts a row that cannot be used."""
        kind = reason.partition(": ")[0]
        self.rejected[kind] += 1
        self.first.setdefault(kind, (place, reason))

    def rejected_kinds(self) -> tuple[RejectedKind, ...]:
        """The kinds of reasons, the most frequent first."""
        return tuple(RejectedKind(kind, count, *self.first[kind]) for kind, count in self.rejected.most_common())
