"""Reads a JSON body, and tells its errors as the stock server does."""

import json
import re
from typing import Any, NoReturn

from serving.server.serving_error import ServingError, invalid_argument

_LONGEST_VALUE = 1024
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)

# Python's words for a fault, and RapidJSON's.
_FAULTS = (
    ("Expecting property name", "Missing a name for object member."),
    ("Expecting ':'", "Missing a colon after a name of object member."),
    ("Extra data", "The document root must not be followed by other values."),
    ("Unterminated string", "Missing a closing quotation mark in string."),
    ("Invalid \\u", "Incorrect hex digit after \\u escape in string."),
    ("Invalid \\", "Invalid escape character in string."),
    ("Invalid control character", "Invalid encoding in string."),
)


def parse_document(body: bytes) -> dict[str, Any]:
    """Parses a body that must be a JSON object; NaN and Infinity are numbers.

    Bytes that are not UTF-8 are kept: they come out of `text_bytes` as they were.

    Raises:
        ServingError: It is something else.
    """
    text = body.decode("utf-8", errors="surrogateescape")
    if not text:
        raise invalid_argument("JSON Parse error: The document is empty")
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        _refuse(text, error)
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits, or brackets within brackets without end.
        raise invalid_argument(f"JSON Parse error: {error}") from error
    if not isinstance(document, dict):
        raise format_error(document, "Is not object")
    return document


def text_bytes(text: str) -> bytes:
    """The bytes of a JSON string.

    Raises:
        ServingError: It holds half a surrogate pair, which no bytes stand for.
    """
    try:
        return text.encode("utf-8", errors="surrogateescape")
    except UnicodeEncodeError as error:
        raise invalid_argument("JSON Parse error: The surrogate pair in string is invalid.") from error


def shown(value: Any) -> str:
    """A JSON value for use in a message; long ones are cut."""
    text = json.dumps(value, ensure_ascii=False, indent=4)
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + "..."


def type_name(value: Any) -> str:
    """RapidJSON's name for the type of a JSON value."""
    if isinstance(value, bool):
        return str(value)
    names = {type(None): "Null", dict: "Object", list: "Array", str: "String"}
    return names.get(type(value), "Number")


def format_error(value: Any, fault: str) -> ServingError:
    """The error for a value that is not as it should be."""
    return invalid_argument(f"JSON Value: {shown(value)} {fault}")


def _refuse(text: str, error: json.JSONDecodeError) -> NoReturn:
    fault = next((ours for python, ours in _FAULTS if error.msg.startswith(python)), "Invalid value.")
    if error.msg.startswith("Expecting ','"):
        fault = "Missing a comma or '}' after an object member."
        if _is_in_array(text[: error.pos]):
            fault = "Missing a comma or ']' after an array element."
    offset = len(text[: error.pos].encode("utf-8", errors="replace"))
    if not text.strip():
        fault = "The document is empty."
    raise invalid_argument(f"JSON Parse error: {fault} at offset: {offset}") from error


def _is_in_array(before: str) -> bool:
    opened: list[str] = []
    for bracket in re.findall(r"[\[\]{}]", _STRING.sub("", before)):
        if bracket in "[{":
            opened.append(bracket)
        else:
            opened.pop()
    return opened[-1] == "["
