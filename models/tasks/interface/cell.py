"""Checks of single cells of a row that tasks share."""

import decimal
import math
from collections.abc import Mapping
from typing import Any

from models.tasks.interface.contract import RowError

_NOT_IN_LABELS = frozenset("\n\r\0")
_FLAGS = {0: False, 1: True, "0": False, "1": True, "false": False, "true": True}
"""Python takes False and True, and 0.0 and 1.0, for the keys 0 and 1."""
_LARGEST = 3.4028234663852886e38
"""The largest float32."""


def text_cell(row: Mapping[str, Any], column: str) -> bytes:
    """The UTF-8 bytes of a text.

    Raises:
        RowError: It is missing, not a string, or holds nothing but white space.
    """
    value = _present(row, column)
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
    return _label(_present(row, column), column)


def labels_cell(row: Mapping[str, Any], column: str, delimiter: str) -> list[bytes]:
    """The labels of a cell, each as `label_cell` takes one.

    Args:
        row: The row.
        column: The cell's.
        delimiter: What stands between labels where they are one string; nothing between two of them is no label.

    Returns:
        As many as there are: none for an empty string or list.

    Raises:
        RowError: The cell is missing, or one of its labels is at fault.
    """
    value = _present(row, column)
    if isinstance(value, str):
        return [_label(part, column) for part in value.split(delimiter) if part.strip()]
    return [_label(part, column) for part in (value if isinstance(value, list | tuple) else [value])]


def flag_cell(row: Mapping[str, Any], column: str) -> bool:
    """Whether something is so: 1 or true, 0 or false, as a number, a boolean or a string.

    Raises:
        RowError: It is missing or something else.
    """
    value = _present(row, column)
    try:
        return _FLAGS[value.strip().lower() if isinstance(value, str) else value]
    except (KeyError, TypeError) as error:
        raise RowError(f"{column} is not 0, 1, true or false: {value!r}") from error


def number_cell(row: Mapping[str, Any], column: str) -> float:
    """A number, or a string that is one.

    Raises:
        RowError: It is missing or something else, not finite, or too large for the float32 that examples store.
    """
    value = _present(row, column)
    # Python reads 1_000 as a number.
    is_number = isinstance(value, str | int | float | decimal.Decimal) and not isinstance(value, bool)
    if not is_number or (isinstance(value, str) and "_" in value):
        raise RowError(f"{column} is not a number: {value!r}")
    try:
        number = float(value)
    except ValueError as error:
        raise RowError(f"{column} is not a number: {value!r}") from error
    except OverflowError:
        number = math.inf
    if not abs(number) <= _LARGEST:
        raise RowError(f"{column} is not finite, or too large: {value!r}")
    return number


def _present(row: Mapping[str, Any], column: str) -> Any:
    value = row.get(column)
    if value is None:
        raise RowError(f"{column} is missing")
    return value


def _label(value: Any, column: str) -> bytes:
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
