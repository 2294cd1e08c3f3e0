"""The column from which a task learns what to answer, as the values of a column tell it."""

import dataclasses
from collections.abc import Sequence

from pipeline.guess.column_profile import ColumnProfile, Kind


@dataclasses.dataclass(frozen=True)
class Target:
    """What a task learns to answer.

    Attributes:
        column: The task's column.
        spoken: What a row has of it.
        kind: The kind of column that holds it.
        takes_numbers: Whether a column of few different numbers can be it, too.
        takes_flags: Whether several columns of 0 and 1 can be it together.
        max_values: Different values that it may have.
        way_out: What to do if it is something else, up to the column's name.
    """

    column: str
    spoken: str
    kind: Kind
    takes_numbers: bool = False
    takes_flags: bool = False
    max_values: int | None = None
    way_out: str = ""

    def candidates(self, profiles: Sequence[ColumnProfile]) -> list[ColumnProfile]:
        """The columns that it could be, where the user wants this task."""
        found = [profile for profile in profiles if profile.kind == self.kind]
        if not found and self.takes_numbers:
            found = [profile for profile in profiles if profile.is_numeric and profile.kind == "category"]
        return found
