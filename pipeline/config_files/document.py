"""A config file as YAML: its values, the line of each, and what YAML itself finds wrong."""

import dataclasses
import pathlib
from collections.abc import Mapping
from typing import Any

import yaml

from models.user_error import UserError
from pipeline.config_files.fault import Fault, Place

_READ_AS_TEXT = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
_KEY_TAGS = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:merge", *_READ_AS_TEXT)
_WAYS_OUT = {
    "'\\t'": "indent with spaces, not with tabs",
    "mapping values are not allowed": "text with a colon in it needs quotes, and fields of one section the same "
    "indentation; in this line or in the one before, a space after a colon may be missing",
    "cannot start any token": "put the text in quotes",
    "scanning an alias": "text that begins with `*` needs quotes",
    "scanning an anchor": "text that begins with `&` needs quotes",
    "scanning a quoted scalar": "a quote is not closed",
    "flow mapping": "a `}` is missing",
    "flow sequence": "a `]` is missing",
    "another document": "leave out the line `---`: a file holds one config",
    "block mapping": "fields of one section need the same indentation",
}
"""What helps, by words of PyYAML's message; the first that occurs counts."""


class _Loader(yaml.SafeLoader):
    """Leaves `yes`, `no` and dates as the text they are written in: whether that is a truth is the field's to say."""


def _text(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


for _tag in _READ_AS_TEXT:
    _Loader.add_constructor(_tag, _text)


@dataclasses.dataclass(frozen=True)
class ConfigDocument:
    """A config file as YAML.

    Attributes:
        values: What it holds, but for keys that are no strings.
        lines: The line, counted from 1, of every field and list item.
        key_faults: Fields given twice, of which YAML would silently keep the last, keys that are no strings, and values
            that hold NUL.
    """

    values: dict[str, Any]
    lines: Mapping[Place, int]
    key_faults: tuple[Fault, ...]

    @classmethod
    def read(cls, path: pathlib.Path) -> "ConfigDocument":
        """Reads a file.

        Raises:
            UserError: It cannot be read, is not YAML, or is not a mapping.
        """
        try:
            text = path.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise UserError(f"the config {path} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise UserError(f"the config {path} cannot be read: it is not UTF-8 text ({error.reason})") from error
        return cls.of_text(text, path)

    @classmethod
    def of_text(cls, text: str, path: pathlib.Path) -> "ConfigDocument":
        """Reads a text.

        Args:
            text: What a file holds or would hold.
            path: That file, for messages.

        Raises:
            UserError: It is not YAML, or is not a mapping.
        """
        try:
            loader = _Loader(text)
            node = loader.get_single_node()
            values = loader.construct_document(node) if node else None
            if node is None or not isinstance(values, dict):
                raise UserError(f"the config {path} is not a mapping; it begins with `name: …`")
            return cls(_with_text_keys(values), _lines(node), tuple(_key_faults(node)))
        except (yaml.YAMLError, ValueError) as error:
            raise UserError(f"the config {path} is not YAML: {_reason(error)}") from error
        except RecursionError as error:
            raise UserError(f"the config {path} is nested too deeply, or an alias in it holds itself") from error

    def line_of(self, place: Place) -> int:
        """The line of a place, or of what is nearest around it."""
        return next((self.lines[place[:end]] for end in range(len(place), 0, -1) if place[:end] in self.lines), 1)


def _reason(error: Exception) -> str:
    if isinstance(error, yaml.reader.ReaderError):
        return f"it holds the character U+{error.character:04X}, which YAML does not allow"
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return " ".join(str(error).split())
    mark = error.problem_mark
    problem = f"{error.problem} ({error.context})" if error.context else f"{error.problem}"
    way_out = next((f"; {advice}" for words, advice in _WAYS_OUT.items() if words in problem), "")
    begun = f", which began in line {error.context_mark.line + 1}" if error.context_mark else ""
    return f"line {mark.line + 1}, column {mark.column + 1}: {problem}{begun}{way_out}\n{mark.get_snippet()}"


def _with_text_keys(values: Any) -> Any:
    if isinstance(values, dict):
        return {key: _with_text_keys(value) for key, value in values.items() if isinstance(key, str)}
    return [_with_text_keys(value) for value in values] if isinstance(values, list) else values


def _lines(node: yaml.Node, place: Place = ()) -> dict[Place, int]:
    lines = {}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            lines[(*place, key.value)] = key.start_mark.line + 1
            lines.update(_lines(value, (*place, key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            lines[(*place, index)] = value.start_mark.line + 1
            lines.update(_lines(value, (*place, index)))
    return lines


def _key_faults(node: yaml.Node, place: Place = ()) -> list[Fault]:
    faults: list[Fault] = []
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            line, field = key.start_mark.line + 1, (*place, key.value)
            if key.tag not in _KEY_TAGS:
                kind = key.tag.rpartition(":")[2]
                faults.append(Fault(line, field, f"YAML reads this key as {kind}; put it in quotes: '{key.value}'"))
            if key.value in seen:
                faults.append(Fault(line, field, f"is given twice, first in line {seen[key.value]}"))
            seen.setdefault(key.value, line)
            faults += _key_faults(value, field)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            faults += _key_faults(value, (*place, index))
    elif "\0" in node.value:
        # It ends a path for the system, not for us.
        faults.append(Fault(node.start_mark.line + 1, place, "holds the character NUL, which no field may"))
    return faults
