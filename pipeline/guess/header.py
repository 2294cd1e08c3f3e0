"""Tells whether the first row of a table names its columns."""

import re
from collections import Counter
from collections.abc import Sequence

from pipeline.guess.column_names import is_known_name

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_MAX_NAME = 40
_FEW_VALUES = 100


def guess_header(first: Sequence[str], rest: Sequence[Sequence[str]]) -> tuple[bool, str]:
    """Returns whether the first row is a header, and by what that is seen.

    Args:
        first: The fields of the first row.
        rest: Those of other rows, of the same number.
    """
    names = [name.strip() for name in first]
    known = [name for name in names if is_known_name(name)]
    if any(is_number(name) or len(name) > _MAX_NAME for name in names):
        return False, "the first row has a number, or a long text"
    if known:
        return True, f"the first row has {' and '.join(map(repr, known[:2]))}"
    if len(set(names)) < len(names):
        return False, "the first row has a value twice"
    if not all(names[1:]):
        return False, "the first row has empty fields"
    columns = [Counter(fields[index].strip() for fields in rest) for index in range(len(names))]
    if any(name in column for name, column in zip(names, columns, strict=True)):
        return False, "a value of the first row is there in other rows, too"
    for name, column in zip(names, columns, strict=True):
        if column and all(is_number(value) for value in column if value):
            return True, f"{name!r} stands above numbers"
        if len(column) <= _FEW_VALUES and len(column) * 4 <= len(rest):
            return True, f"{name!r} is none of the {len(column)} values below it"
    return False, "nothing tells the first row from the others"


def is_number(text: str) -> bool:
    """Whether a field is a number."""
    return _NUMBER.fullmatch(text.strip()) is not None
