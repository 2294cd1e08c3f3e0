"""What the guesses need to know of a task."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from components.text_example_gen.config import Format
from models.tasks.interface.contract import Column, Features
from models.tasks.interface.registry import task_class
from pipeline.guess.column_profile import ColumnProfile
from pipeline.guess.fixed_columns import FindColumns
from pipeline.guess.row_length import RowLength
from pipeline.guess.target import Target
from pipeline.guess.thresholds import Thresholds

Profiles = Sequence[ColumnProfile]


@dataclasses.dataclass(frozen=True)
class TaskRule:
    """By what a config for a task is guessed.

    Attributes:
        name: The task's.
        metric: By which its models are compared.
        thresholds: Takes rows as the task parses them, and the number of rows to judge by.
        target: What it learns; None where `find_columns` finds that, or where text alone is learnt from.
        find_columns: Finds its columns by what they hold, where one look tells them from those of other tasks.
        format: A format of files that is for this task alone.
        holds: What such files hold.
        length: How long rows are.
        options: Takes the columns of texts and of labels; the task's options that they ask for.
        training: What is other than usual.
    """

    name: str
    metric: str
    thresholds: Callable[[Sequence[Features], int], Thresholds]
    target: Target | None = None
    find_columns: FindColumns | None = None
    format: Format | None = None
    holds: str = ""
    length: RowLength = dataclasses.field(default_factory=RowLength)
    options: Callable[[Profiles, Profiles], dict[str, Any]] = lambda texts, labels: {}
    training: Mapping[str, float] = dataclasses.field(default_factory=dict)

    def columns(self) -> tuple[Column, ...]:
        """The task's columns."""
        return task_class(self.name).columns

    def takes_pairs(self) -> bool:
        """Whether the task can read two texts."""
        return any(column.name == "text_pair" for column in self.columns())

    def needs_pairs(self) -> bool:
        """Whether it reads no single ones."""
        return any(column.name == "text_pair" and column.required for column in self.columns())

    def needs_target(self) -> bool:
        """Whether each row has to have what is learnt."""
        wanted = self.target.column if self.target else ""
        return any(column.name == wanted and column.required for column in self.columns())
