"""Reads what pydantic finds wrong with a config, and says it in words."""

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

import pydantic

from pipeline.config_files.fault import Place
from pipeline.config_files.fields import field_names, nearest, places_of

_KINDS = {
    "int_": "must be a whole number",
    "float_": "must be a number",
    "finite_number": "must be a finite number",
    "bool_": "must be true or false",
    "string_type": "must be text",
    "tuple_": "must be a list, such as [a, b]",
    "list_": "must be a list, such as [a, b]",
    "dict_": "must be a mapping, such as {{key: value}}",
    "model_": "must be a section with fields of its own",
    "greater_than_equal": "must be at least {ge:g}",
    "greater_than": "must be more than {gt:g}",
    "less_than_equal": "must be at most {le:g}",
    "less_than": "must be less than {lt:g}",
    "string_pattern_mismatch": "must fit the pattern {pattern}",
    "string_too_short": "must have {min_length} or more characters",
}
"""What a value must be, by the beginning of pydantic's error type; the first that fits counts."""


@dataclasses.dataclass(frozen=True)
class Finding:
    """One of pydantic's errors, read.

    Attributes:
        place: The place in the file.
        text: What is wrong and the way out, in one sentence.
        meant: The name or value that the user is likely to have meant, where there is one.
        is_of_name: Whether it is about the last name of the place, not about the value there.
        is_missing: Whether it is about a value that is not there.
        got: The end of most texts, which tells the value.
    """

    place: Place
    text: str
    meant: str | None
    is_of_name: bool
    is_missing: bool
    got: str


def findings(error: pydantic.ValidationError, values: Any) -> list[Finding]:
    """Reads pydantic's errors.

    Args:
        error: The errors.
        values: What was validated.
    """
    by_place: dict[Place, list[Finding]] = {}
    for details in error.errors():
        finding = _finding(details, _place_of(details, values))
        by_place.setdefault(finding.place, []).append(finding)
    found = [_merged(findings_there) for findings_there in by_place.values()]
    # A misspelt field is told once, not as a missing one too.
    misspelt = {(*finding.place[:-1], finding.meant) for finding in found if finding.is_of_name}
    return [finding for finding in found if not (finding.is_missing and finding.place in misspelt)]


def _merged(found: list[Finding]) -> Finding:
    """One finding for what the branches of a union say of one value."""
    meant = next((finding.meant for finding in found if finding.meant), None)
    *others, last = dict.fromkeys(finding.text for finding in found)
    rules = [text.removesuffix(found[0].got) for text in others]
    return dataclasses.replace(found[0], text=", or ".join([*rules, last]), meant=meant)


def _finding(details: Mapping[str, Any], place: Place) -> Finding:
    choices, value = _choices(details, place), details["input"]
    is_of_name = details["type"] == "extra_forbidden" or details["loc"][-1:] == ("[key]",)
    meant = nearest(str(place[-1] if is_of_name else value), choices)
    if is_of_name:
        text = f"there is no such field{_way_out(place, meant, choices)}"
    elif details["type"] == "literal_error":
        text = f"must be one of {', '.join(choices)}{f'; did you mean {meant!r}?' if meant else ''}{_got(value)}"
    else:
        text = _rule(details, place)
    if details["type"] == "value_error" and isinstance(value, str):
        named = re.search(r"did you mean '([^']+)'", text)
        meant = named[1] if named else None
    return Finding(place, text, meant, is_of_name, details["type"] == "missing", _got(value))


def _place_of(details: Mapping[str, Any], values: Any) -> Place:
    """Pydantic's own place may also name a branch of a union, or say that a key is meant."""
    place: list[int | str] = []
    for part in details["loc"]:
        if (isinstance(values, dict) and part in values) or (isinstance(values, list) and isinstance(part, int)):
            place.append(part)
            values = values[part]
    if details["type"] == "missing":
        place.append(details["loc"][-1])
    # A fault of several sections together is the whole config's, and its message begins with the place.
    named = re.match(r"([a-z_]+(?:\.[a-z_]+)+): ", _message(details))
    return tuple(place) if place or not named else tuple(named[1].split("."))


def _choices(details: Mapping[str, Any], place: Place) -> list[str]:
    if details["type"] == "extra_forbidden":
        return list(field_names(place[:-1]))
    return re.findall(r"'([^']*)'", details["ctx"]["expected"]) if details["type"] == "literal_error" else []


def _rule(details: Mapping[str, Any], place: Place) -> str:
    kind, value = details["type"], details["input"]
    if kind == "missing":
        return "is missing"
    if value is None:
        return "has no value; give it one, or leave the field out"
    if kind == "string_type" and isinstance(value, int | float):
        return f"must be text; put it in quotes: '{value}'"
    rule = next((words for start, words in _KINDS.items() if kind.startswith(start)), "")
    text = rule.format(**details.get("ctx", {})) or _message(details).removeprefix(f"{'.'.join(map(str, place))}: ")
    # Rules of our own often tell the value, and those over several fields have none.
    is_told = kind == "value_error" and (isinstance(value, dict) or repr(value) in text)
    return text if is_told else f"{text}{_got(value)}"


def _message(details: Mapping[str, Any]) -> str:
    return str(details["msg"]).removeprefix("Value error, ")


def _way_out(place: Place, meant: str | None, known: list[str]) -> str:
    if meant:
        return f"; did you mean {meant!r}?"
    elsewhere = [".".join(map(str, found)) for found in places_of(str(place[-1]))]
    return f" here; it belongs to {' or '.join(elsewhere)}" if elsewhere else f"; known are {', '.join(known)}"


def _got(value: Any) -> str:
    if isinstance(value, str | int | float):
        return f" (got {value!r})"
    return f" (got a {'mapping' if isinstance(value, dict) else 'list'})"
