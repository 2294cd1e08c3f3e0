"""What came of one day."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Self


@dataclasses.dataclass(frozen=True)
class Share:
    """Right answers among all."""

    right: int
    rows: int

    @property
    def value(self) -> float:
        """The share; 0 of no rows."""
        return self.right / self.rows if self.rows else 0.0


@dataclasses.dataclass(frozen=True)
class Day:
    """One row of the table.

    Attributes:
        number: From 1.
        rows: Messages.
        decided: Whether `bertline monitor` had enough messages to tell.
        drift: The checks by which it found drift.
        new_topic: Messages of the new topic, and those that were answered with it when they came.
        before: Right answers, when the messages came.
        after: Right answers of the model that was promoted in the night, to the same messages; None where none was.
        version: Which is in service after the night.
        mebibytes: Of the folders that retention is to bound, in the morning after.
        seconds: How long all of it took.
    """

    number: int
    rows: int
    decided: bool
    drift: tuple[str, ...]
    new_topic: Share
    before: Share
    after: Share | None
    version: int
    mebibytes: float
    seconds: float

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Self:
        """The inverse of `dataclasses.asdict`."""
        shares = {name: Share(**fields[name]) for name in ("new_topic", "before", "after") if fields[name]}
        return cls(**{**fields, **shares, "drift": tuple(fields["drift"])})
