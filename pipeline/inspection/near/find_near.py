"""Texts of the data that are nearly equal, and what is in two parts: equal or nearly equal."""

import dataclasses
import itertools
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from pipeline.inspection.inspection import MAX_LISTED, Leak, NearFacts
from pipeline.inspection.near.near_pairs import THRESHOLD, NearPair, groups_of, near_pairs
from pipeline.inspection.reading.row import Row
from pipeline.inspection.show_row import RowDisplay


@dataclasses.dataclass(frozen=True)
class DistinctTexts:
    """The different contents of some rows, and which of them are nearly equal.

    Attributes:
        rows: The rows of each, in the order of their first ones.
        pairs: Numbers of those that are nearly equal.
        group_of: The group of near duplicates that each content is in, by its digest.
    """

    rows: tuple[tuple[Row, ...], ...]
    pairs: tuple[NearPair, ...]
    group_of: dict[bytes, int]

    @classmethod
    def of_rows(cls, rows: Sequence[Row]) -> "DistinctTexts":
        """Compares the contents of rows."""
        by_content = defaultdict[bytes, list[Row]](list)
        for row in rows:
            by_content[row.content].append(row)
        distinct = tuple(map(tuple, by_content.values()))
        pairs = tuple(near_pairs([same[0].contents for same in distinct]))
        return cls(distinct, pairs, dict(zip(by_content, groups_of(len(distinct), pairs).tolist(), strict=True)))

    def near_facts(self, display: RowDisplay) -> NearFacts:
        """Sums up what is nearly equal; only rows that say one thing each can contradict each other."""
        shown = [
            display.pair(self.rows[pair.first][0], self.rows[pair.second][0], pair.similarity) for pair in self.pairs
        ]
        near = {number for pair in self.pairs for number in (pair.first, pair.second)}
        sizes = np.unique(list(self.group_of.values()), return_counts=True)[1]
        return NearFacts(
            threshold=THRESHOLD,
            num_texts=len(self.rows),
            num_near=len(near),
            num_groups=int((sizes > 1).sum()),
            num_conflicts=sum(pair.has_conflict for pair in shown),
            pairs=tuple(sorted(shown, key=lambda pair: not pair.has_conflict)[:MAX_LISTED]),
        )

    def leaks(self, parts: Sequence[str], display: RowDisplay) -> tuple[Leak, ...]:
        """Returns what each part has in common with each that comes before it; pairs without anything are left out."""
        pairs = itertools.combinations(parts, 2)
        found = (self._leak(part, known_from, display) for known_from, part in pairs)
        return tuple(leak for leak in found if leak.equal or leak.near)

    def _leak(self, part: str, known_from: str, display: RowDisplay) -> Leak:
        ours, theirs = self._of_part(part), self._of_part(known_from)
        # The number that a content of our part is known by: its own, or that of one nearly equal.
        known = {number: (number, 1.0) for number in ours.keys() & theirs.keys()}
        equal = set(known)
        for pair in self.pairs:
            for number, other in ((pair.first, pair.second), (pair.second, pair.first)):
                if number in ours and other in theirs:
                    known.setdefault(number, (other, pair.similarity))
        ordered = sorted(known.items(), key=lambda item: (-item[1][1], item[0]))
        return Leak(
            part,
            known_from,
            equal=sum(len(ours[number]) for number in equal),
            near=sum(len(ours[number]) for number in known.keys() - equal),
            pairs=tuple(
                display.pair(theirs[other][0], ours[number][0], similarity)
                for number, (other, similarity) in ordered[:MAX_LISTED]
            ),
        )

    def _of_part(self, part: str) -> dict[int, list[Row]]:
        """The rows of a part, by the number of their content."""
        found = defaultdict[int, list[Row]](list)
        for number, same in enumerate(self.rows):
            for row in same:
                if row.part == part:
                    found[number].append(row)
        return dict(found)
