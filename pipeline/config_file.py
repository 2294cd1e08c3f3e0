"""Reads a config file, and says all that is wrong with it at once: place, rule and value."""

import difflib
import pathlib
from typing import Any

import pydantic
import yaml

from models.user_error import UserError
from pipeline.config import PipelineConfig

Path = tuple[int | str, ...]

_KEY_TAGS = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:merge")


def load_config(path: pathlib.Path, folder: pathlib.Path | None = None) -> PipelineConfig:
    """Reads and checks a config.

    Args:
        path: The YAML file.
        folder: From where relative paths are taken, instead of the file's own folder.

    Returns:
        The config, with absolute paths.

    Raises:
        UserError: The file cannot be read or is wrong; the message lists every fault with its line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"the config {path} cannot be read: {error}") from error
    try:
        values = yaml.safe_load(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise UserError(f"the config {path} is not YAML: {error}") from error
    if not isinstance(values, dict) or node is None:
        raise UserError(f"the config {path} is not a mapping; it begins with `name: …`")
    lines = _lines_of(node)
    key_faults = _key_faults(node)
    try:
        config = PipelineConfig.model_validate(values)
    except pydantic.ValidationError as error:
        faults = key_faults + [_fault(details, lines) for details in error.errors() if not _is_of_other_key(details)]
        raise UserError(_fault_list(path, faults)) from error
    if key_faults:
        raise UserError(_fault_list(path, key_faults))
    return config.relative_to(folder or path.parent, path.parent)


def _fault_list(path: pathlib.Path, faults: list[str]) -> str:
    return f"{path} has {len(faults)} fault{'s' * (len(faults) > 1)}:\n" + "\n".join(faults)


def _is_of_other_key(details: Any) -> bool:
    """Whether a fault is that of a key which is no string: `_key_faults` tells it better."""
    return details["type"] == "invalid_key" or (
        details["loc"][-1:] == ("[key]",) and not isinstance(details["input"], str)
    )


def _fault(details: Any, lines: dict[Path, int]) -> str:
    place: Path = details["loc"]
    line = next((lines[place[:end]] for end in range(len(place), 0, -1) if place[:end] in lines), 1)
    field = ".".join(map(str, place)) or "config"
    message = details["msg"].removeprefix("Value error, ")
    value = details["input"]
    if details["type"] == "extra_forbidden":
        message = f"there is no such field{_nearest(place)}"
    elif details["type"] == "missing":
        return f"  line {line}: {field}: is missing"
    shown = f" (got {value!r})" if isinstance(value, str | int | float | bool) or value is None else ""
    return f"  line {line}: {field}: {message}{shown}"


def _nearest(place: Path) -> str:
    section: type[pydantic.BaseModel] = PipelineConfig
    for name in place[:-1]:
        field = section.model_fields.get(str(name))
        if (
            field is None
            or not isinstance(field.annotation, type)
            or not issubclass(field.annotation, pydantic.BaseModel)
        ):
            return ""
        section = field.annotation
    nearest = difflib.get_close_matches(str(place[-1]), section.model_fields, n=1)
    return f"; did you mean {nearest[0]!r}?" if nearest else f"; known are {', '.join(section.model_fields)}"


def _lines_of(node: yaml.Node, place: Path = ()) -> dict[Path, int]:
    """The line, counted from 1, of every field in a YAML document."""
    lines = {}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            lines[(*place, key.value)] = key.start_mark.line + 1
            lines.update(_lines_of(value, (*place, key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            lines[(*place, index)] = value.start_mark.line + 1
            lines.update(_lines_of(value, (*place, index)))
    return lines


def _key_faults(node: yaml.Node, place: Path = ()) -> list[str]:
    """Fields given twice, of which YAML would silently keep the last, and keys that YAML takes for no string."""
    faults: list[str] = []
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            field = ".".join(map(str, (*place, key.value)))
            if key.tag not in _KEY_TAGS:
                kind = key.tag.rpartition(":")[2]
                faults.append(f"  line {line}: {field}: YAML reads this key as {kind}; put it in quotes: '{key.value}'")
            if key.value in seen:
                faults.append(f"  line {line}: {field}: is given twice, first in line {seen[key.value]}")
            seen.setdefault(key.value, line)
            faults += _key_faults(value, (*place, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            faults += _key_faults(value, (*place, index))
    return faults
