"""Rows whose texts are equal, white space aside, as the ingest compares them."""

from collections import defaultdict
from collections.abc import Sequence

from pipeline.inspection.inspection import MAX_LISTED, DuplicateFacts, DuplicateGroup
from pipeline.inspection.reading.row import Row
from pipeline.inspection.show_row import RowDisplay

_MAX_ROWS_SHOWN = 10


def find_duplicates(rows: Sequence[Row], display: RowDisplay) -> DuplicateFacts:
    """Returns the texts that several rows have.

    Args:
        rows: The rows.
        display: Says what of a row may be shown.
    """
    by_text = defaultdict[bytes, list[Row]](list)
    for row in rows:
        by_text[row.identity].append(row)
    groups = [group for group in by_text.values() if len(group) > 1]
    conflicts = [len({row.target for row in group}) > 1 for group in groups]
    order = sorted(range(len(groups)), key=lambda number: (not conflicts[number], -len(groups[number]), number))
    return DuplicateFacts(
        num_groups=len(groups),
        num_surplus=sum(map(len, groups)) - len(groups),
        num_conflicts=sum(conflicts),
        groups=tuple(
            DuplicateGroup(
                tuple(map(display.row, _shown(groups[number]))), len(groups[number]), has_conflict=conflicts[number]
            )
            for number in order[:MAX_LISTED]
        ),
    )


def _shown(group: Sequence[Row]) -> Sequence[Row]:
    """Some rows of a group: one of each target first."""
    first_of = {row.target: row for row in reversed(group)}
    chosen = {id(row) for row in first_of.values()}
    others = [row for row in group if id(row) not in chosen]
    return [*sorted(first_of.values(), key=group.index), *others][:_MAX_ROWS_SHOWN]
