"""Which column of the files holds what; checked against the task and the files before anything runs."""

import dataclasses
import difflib
from collections.abc import Collection, Mapping

from components.text_example_gen.config import DataConfig
from components.text_example_gen.source_file import SourceFile
from models.tasks.interface.task import Task
from models.user_error import UserError


@dataclasses.dataclass(frozen=True)
class ColumnMap:
    """Which column of the files holds what.

    Attributes:
        canonical: The file's column by the task's column.
        required: The task's columns that every file must have.
        extra: Columns that are kept under their own names.
    """

    canonical: Mapping[str, str]
    required: tuple[str, ...]
    extra: tuple[str, ...]

    def wanted(self) -> tuple[str, ...]:
        """The file's columns that are read, each once."""
        return tuple(dict.fromkeys([*self.canonical.values(), *self.extra]))

    def check_file(self, file: SourceFile, task: Task) -> None:
        """Checks that a file has the columns that a task needs; one that has no rows passes.

        Raises:
            UserError: A column is missing or there twice.
        """
        if not file.columns:
            return
        needed = [(f"`{name}`", self.canonical[name]) for name in self.required]
        needed += [("to keep as it is", name) for name in self.extra]
        for role, name in needed:
            if name not in file.columns:
                raise UserError(
                    f"{file.path} has no column {name!r} ({role}){_nearest(name, file.columns)} {_columns_of(file)}"
                )
        fault = task.fault_of_columns([name for name, source in self.canonical.items() if source in file.columns])
        if fault:
            raise UserError(f"{file.path}: {fault} {_columns_of(file)}")
        for name in self.wanted():
            if file.columns.count(name) > 1:
                raise UserError(f"{file.path} has {file.columns.count(name)} columns called {name!r}; rename one")


def map_columns(task: Task, data: DataConfig, slices: Collection[str]) -> ColumnMap:
    """Returns which column of the files holds what; a column that the config does not name is called as in the task.

    Args:
        task: Names the columns that it reads.
        data: Says what the files call them, and which others to keep.
        slices: Columns by which results are told apart; those that are not the task's are kept as well.

    Raises:
        UserError: The config names a column that the task does not have, or keeps one under a name that is taken.
    """
    columns = task.used_columns()
    names = [column.name for column in columns]
    for name in data.columns:
        if name not in names:
            raise UserError(
                f"`data.columns` names {name!r}, which is no column of the task {task.name}{_nearest(name, names)} "
                f"Its columns: {', '.join(names)}."
            )
    taken = {*names, *(feature.name for feature in task.features())}
    for name in data.extra_columns:
        if name in taken:
            raise UserError(f"`data.extra_columns` has {name!r}, a name that is taken; rename the file's column")
    kept = [name for name in slices if name not in taken]
    return ColumnMap(
        canonical={name: data.columns.get(name, name) for name in names},
        required=tuple(column.name for column in columns if column.required or column.name in data.columns),
        extra=tuple(dict.fromkeys([*data.extra_columns, *kept])),
    )


def _columns_of(file: SourceFile) -> str:
    return (
        f"Its columns: {', '.join(map(repr, file.columns))}. Say under `data.columns` what it calls the task's "
        f"columns; it was read as {file.format}, `data.format` sets another."
    )


def nearest_name(name: str, known: Collection[str]) -> str | None:
    """Returns the name that is most like another, or None if none is like it."""
    return next(iter(difflib.get_close_matches(name, known, n=1)), None)


def _nearest(name: str, known: Collection[str]) -> str:
    nearest = nearest_name(name, known)
    return f"; did you mean {nearest!r}?" if nearest else "."
