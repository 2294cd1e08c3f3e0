"""What Kubeflow Pipelines' API spec says of a request or an answer: kfp_api.json, which names its sources."""

import datetime
import json
import pathlib
import re
import urllib.parse
from collections.abc import Iterator, Mapping
from typing import Any

FACTS_FILE = pathlib.Path(__file__).resolve().parents[1] / "kfp_api.json"
INT64 = re.compile(r"-?\d{1,19}")


class ApiFacts:
    """The spec's paths and definitions.

    A type is `string`, `string int64`, `string date-time`, `integer int32`, `boolean`, `object`, `any`, the name of a
    definition, `[type]` for a list or `{type}` for a map.
    """

    def __init__(self, facts: Mapping[str, Any] | None = None) -> None:
        self.facts = facts or json.loads(FACTS_FILE.read_text(encoding="utf-8"))
        self.definitions = self.facts["definitions"]

    def operation(self, method: str, path: str) -> tuple[str, dict[str, str], dict[str, Any]] | None:
        """The template that a path fits, the values in it, and what the spec says of the method."""
        for template, operations in self.facts["paths"].items():
            pattern = re.escape(template).replace(r"\{", "(?P<").replace(r"\}", ">[^/:]+)")
            match = re.fullmatch(pattern, path)
            # `upload` would also be a pipeline's ID.
            if match and method.lower() in operations:
                return template, match.groupdict(), operations[method.lower()]
        return None

    def faults_of_query(self, operation: Mapping[str, Any], query: Mapping[str, list[str]]) -> Iterator[str]:
        """What does not fit in a query string."""
        known = operation.get("query", {})
        for name, values in query.items():
            if name not in known:
                yield f"query {name}: the spec has no such parameter"
            elif len(values) != 1:
                yield f"query {name}: given {len(values)} times"
            elif name == "filter":
                yield from self._faults_of_filter(values[0])
            else:
                yield from self.faults(_from_text(values[0], known[name]), known[name], f"query {name}")

    def faults(self, value: Any, type_: str, place: str) -> Iterator[str]:
        """What does not fit in a JSON value."""
        if type_[0] in "[{":
            yield from self._faults_of_container(value, type_, place)
        elif type_ in self.definitions:
            yield from self._faults_of_definition(value, type_, place)
        elif not _PLAIN[type_](value):
            yield f"{place}: {value!r} is no {type_}"

    def _faults_of_container(self, value: Any, type_: str, place: str) -> Iterator[str]:
        if not isinstance(value, list if type_[0] == "[" else dict):
            yield f"{place}: {value!r} is no {type_}"
            return
        items = enumerate(value) if isinstance(value, list) else value.items()
        for key, item in items:
            yield from self.faults(item, type_[1:-1], f"{place}[{key!r}]")

    def _faults_of_definition(self, value: Any, name: str, place: str) -> Iterator[str]:
        definition = self.definitions[name]
        if "enum" in definition:
            if value not in definition["enum"] and value not in definition.get("numbers", ()):
                yield f"{place}: {value!r} is none of {name}"
        elif not isinstance(value, dict):
            yield f"{place}: {value!r} is no {name}"
        else:
            for field, item in value.items():
                if field not in definition["fields"]:
                    yield f"{place}.{field}: {name} has no such field"
                else:
                    yield from self.faults(item, definition["fields"][field], f"{place}.{field}")

    def _faults_of_filter(self, text: str) -> Iterator[str]:
        # The server unquotes it once more: `parseAPIFilter` in backend/src/apiserver/server/list_request_util.go.
        value = json.loads(urllib.parse.unquote_plus(text))
        # It is a message in JSON, so its fields may be written in camelCase too.
        predicates = [
            {re.sub("([A-Z])", r"_\1", key).lower(): item for key, item in predicate.items()}
            for predicate in value.get("predicates", [])
        ]
        yield from self.faults({**value, "predicates": predicates}, "Filter", "query filter")


def _from_text(text: str, type_: str) -> Any:
    return int(text) if type_ == "integer int32" and INT64.fullmatch(text) else text


def _is_time(value: Any) -> bool:
    try:
        return datetime.datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        return False


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_PLAIN = {
    "any": lambda value: True,
    "object": lambda value: isinstance(value, dict),
    "string": lambda value: isinstance(value, str),
    # A message's JSON may have it as a number too.
    "string int64": lambda value: _is_integer(value) or (isinstance(value, str) and bool(INT64.fullmatch(value))),
    "string date-time": _is_time,
    "integer int32": lambda value: _is_integer(value) and -(2**31) <= value < 2**31,
    "boolean": lambda value: isinstance(value, bool),
}
