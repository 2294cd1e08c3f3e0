"""What a model is asked: texts as they are, or JSON objects for tasks that read several columns."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from models.user_error import UserError
from pipeline.requests.texts import RequestText


def request_rows(texts: Sequence[RequestText], columns: Sequence[str], as_json: bool) -> list[dict[str, str]]:
    """Turns what the user wrote into rows of requests.

    Args:
        texts: JSON objects with a string for each column; where there is only one and `as_json` is false, the text
            itself.
        columns: The columns that the model reads.
        as_json: Whether the texts are JSON even where there is only one column; a JSON string is that column's then.

    Returns:
        The value of each text column, for each text.

    Raises:
        UserError: A text is not such an object.
    """
    rows = []
    for text in texts:
        plain = len(columns) == 1 and not as_json
        row = {columns[0]: text.text} if plain else _parsed(text, columns)
        _check_characters(row, text)
        rows.append(row)
    return rows


def _parsed(text: RequestText, names: Sequence[str]) -> dict[str, str]:
    expected = f"{text.place}: this has to be a JSON object with the strings {', '.join(names)}"
    try:
        values = json.loads(text.text)
    except ValueError as error:
        raise UserError(f"{expected}; it is not JSON ({error}): {text.text}") from error
    if isinstance(values, str) and len(names) == 1:
        values = {names[0]: values}
    if not isinstance(values, dict):
        raise UserError(f"{expected}; it is no object: {text.text}")
    faults = _faults(values, names)
    if faults:
        raise UserError(f"{expected}; {', '.join(faults)}: {text.text}")
    return {name: values[name] for name in names}


def _faults(values: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    faults = [f"{name} is missing" for name in names if name not in values]
    faults += [f"{name} is not one of them" for name in values if name not in names]
    faults += [f"{name} is not a string" for name in names if not isinstance(values.get(name, ""), str)]
    return faults


def _check_characters(row: Mapping[str, str], text: RequestText) -> None:
    for value in row.values():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            # What is left of bytes that are not UTF-8 on a command line, or half a pair in JSON.
            raise UserError(f"{text.place}: character {error.start + 1} is no Unicode character: {value!r}") from error
