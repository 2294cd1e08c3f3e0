"""Reads corrected labels from a file, each for a text or for the key of a request."""

import dataclasses
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

from components.text_example_gen.block import Block, read_block
from components.text_example_gen.config import DataConfig
from components.text_example_gen.readers.damaged_file_error import DamagedFileError
from components.text_example_gen.readers.record import Record
from components.text_example_gen.source_columns import source_columns
from components.text_example_gen.source_file import SourceFile
from models.tasks.interface.task import Task
from models.user_error import UserError
from pipeline.feedback.row_file import format_of
from pipeline.monitoring.request_key import request_key

KEY_COLUMN = "request_key"
"""The column of request keys, in files that are read and written here."""


@dataclasses.dataclass(frozen=True)
class Correction:
    """One row of the file.

    Attributes:
        record: The row.
        key: Of the request that it is about; empty where the row cannot be read.
        fault: Why not; empty otherwise.
    """

    record: Record
    key: str
    fault: str = ""

    @property
    def values(self) -> Mapping[str, Any]:
        """Values by the file's column names."""
        return self.record.values or {}


@dataclasses.dataclass(frozen=True)
class CorrectionsFile:
    """A file of corrections.

    Attributes:
        path: The file.
        columns: Its columns.
        names: What it calls the task's columns that it has.
        rows: All its rows.
    """

    path: pathlib.Path
    columns: tuple[str, ...]
    names: Mapping[str, str]
    rows: tuple[Correction, ...]


def read_corrections(path: pathlib.Path, task: Task, data: DataConfig) -> CorrectionsFile:
    """Reads the file as a whole: people made it.

    Args:
        path: CSV or TSV with a header, JSON Lines, or Parquet.
        task: Says which columns there are.
        data: What the config calls them; the file may also call them as the task does.

    Raises:
        UserError: It cannot be read, or has neither the texts nor keys, or no label.
    """
    if not path.is_file():
        raise UserError(f"{path}: there is no such file")
    layout = DataConfig(path=str(path))
    file = SourceFile(0, str(path), None, format_of(path), path.name.endswith(".gz"))
    columns = source_columns(file, layout)
    file = dataclasses.replace(file, columns=columns)
    names = _names(columns, task, data)
    _check(path, columns, names, task)
    try:
        records = list(read_block(Block(file), layout, columns))
    except DamagedFileError as error:
        raise UserError(f"{path} cannot be read to its end: {error}") from error
    return CorrectionsFile(path, columns, names, tuple(_correction(record, task, names) for record in records))


def _names(columns: Sequence[str], task: Task, data: DataConfig) -> dict[str, str]:
    names = {}
    for column in task.used_columns():
        known = [name for name in (data.columns.get(column.name, column.name), column.name) if name in columns]
        names.update({column.name: known[0]} if known else {})
    return names


def _check(path: pathlib.Path, columns: Sequence[str], names: Mapping[str, str], task: Task) -> None:
    lacking = [name for name in task.text_columns() if name not in names]
    if lacking and KEY_COLUMN not in columns:
        raise UserError(
            f"{path} has neither the column {KEY_COLUMN} nor the texts {', '.join(lacking)}, by which requests are "
            f"found; its columns: {', '.join(columns) or 'none'}"
        )
    labels = [column.name for column in task.used_columns() if column.role == "label"]
    if not any(name in names for name in labels):
        raise UserError(f"{path} has no column for the label ({', '.join(labels)}); its columns: {', '.join(columns)}")


def _correction(record: Record, task: Task, names: Mapping[str, str]) -> Correction:
    if record.values is None:
        return Correction(record, "", record.fault)
    key = str(record.values.get(KEY_COLUMN) or "").strip().lower()
    if key:
        return Correction(record, key)
    texts = {name: record.values.get(names[name]) for name in task.text_columns() if name in names}
    given = {name: text for name, text in texts.items() if isinstance(text, str) and text.strip()}
    if len(given) < len(task.text_columns()):
        return Correction(record, "", "no request: neither a key nor the whole text")
    return Correction(record, request_key(task, given))
