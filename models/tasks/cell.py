"""Checks of single cells of a row that tasks share."""

from collections.abc import Mapping
from typing import Any

from models.tasks.task import RowError

_NOT_IN_LABELS = frozenset("\n\r\0")


def text_cell(row: Mapping[str, Any], column: str) -> bytes:
    """The UTF-8 bytes of a text.

    Raises:
        RowError: It is missing, not a string, or holds nothing but white space.
    """
    value = row.get(column)
    if value is None:
        raise RowError(f"{column} is missing")
    if not isinstance(value, str):
        raise RowError(f"{column} is {type(value).__name__}, not a string")
    if not value.strip():
        raise RowError(f"{column} is empty")
    return value.encode()


def label_cell(row: Mapping[str, Any], column: str) -> bytes:
    """The UTF-8 bytes of a label: a string without white space around it, an integer or a boolean.

    Raises:
        RowError: It is missing, empty, of another type (a float would give `1` and `1.0` as two labels), or holds a
            line break or NUL, which the vocabularies of Transform leave out without a word.
    """
    value = row.get(column)
    if value is None:
        raise RowError(f"{column} is missing")
    if isinstance(value, bool):
        return str(value).lower().encode()
    if not isinstance(value, str | int):
        raise RowError(f"{column} is {type(value).__name__}, not a string or an integer")
    label = str(value).strip()
    if not label:
        raise RowError(f"{column} is empty")
    if not _NOT_IN_LABELS.isdisjoint(label):
        raise RowError(f"{column} holds a line break or NUL: {label!r}")
    return label.encode()
