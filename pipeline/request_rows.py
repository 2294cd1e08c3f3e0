"""What `bertline predict` is asked: texts as they are, or JSON objects for tasks that read several columns."""

import json
from collections.abc import Sequence

from models.tasks.task import Column
from models.user_error import UserError


def request_rows(texts: Sequence[str], columns: Sequence[Column]) -> list[dict[str, str]]:
    """Turns what the user typed into rows of requests.

    Args:
        texts: The text itself where the task reads one column, else a JSON object with a string for each of them.
        columns: The task's columns.

    Returns:
        The value of each text column, for each text.

    Raises:
        UserError: A text is not such an object.
    """
    text_columns = [column for column in columns if column.role == "text"]
    if len(text_columns) == 1:
        return [{text_columns[0].name: text} for text in texts]
    return [_parsed(number, text, text_columns) for number, text in enumerate(texts, start=1)]


def _parsed(number: int, text: str, columns: Sequence[Column]) -> dict[str, str]:
    names = [column.name for column in columns]
    expected = f"text {number}: this task reads JSON objects with the strings {', '.join(names)}"
    try:
        values = json.loads(text)
    except ValueError as error:
        raise UserError(f"{expected}; this is not JSON ({error}): {text}") from error
    if not isinstance(values, dict):
        raise UserError(f"{expected}; this is no object: {text}")
    faults = [f"{column.name} is missing" for column in columns if column.required and column.name not in values]
    faults += [f"{name} is not one of them" for name in values if name not in names]
    faults += [f"{name} is not a string" for name in names if not isinstance(values.get(name, ""), str)]
    if faults:
        raise UserError(f"{expected}; {', '.join(faults)}: {text}")
    return {name: values.get(name, "") for name in names}
