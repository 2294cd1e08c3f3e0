"""Changes fields of a config file's text, and leaves all else in it as it is: comments, order, quotes."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

_BLANK_REST = re.compile(r"[ \t]*(#[^\n]*)?\r?\n?")

_SMALL = 1e-2
"""Numbers below are written with an exponent."""


class NotEditableError(Exception):
    """The text says a field in a way that is not changed here; the message tells which."""


def with_fields(text: str, section: str, fields: Mapping[str, Any]) -> str:
    """Sets fields of a section.

    Args:
        text: A config, valid YAML.
        section: A field of the top level, which is added where it is missing.
        fields: New values, by name: numbers and plain words.

    Returns:
        The new text; where it says another thing than it should, in rare forms of YAML, the caller has to see that.

    Raises:
        NotEditableError: The section is shared with others by an anchor, or no plain mapping.
    """
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise NotEditableError("its top level is not one field a line")
    found = [(key, value) for key, value in root.value if key.value == section]
    if not found:
        return _with_section(text, root, section, fields)
    (key, value) = found[0]
    if _is_shared(text, key, value):
        raise NotEditableError(f"{section} is shared with other fields")
    if isinstance(value, yaml.ScalarNode) and not value.value:
        return _replaced(text, [(key.start_mark.index, _end_of_key(text, key), f"{section}: {_flow(fields)}")])
    if not isinstance(value, yaml.MappingNode):
        raise NotEditableError(f"{section} is no mapping")
    known = {name.value: (name, node) for name, node in value.value}
    changes = [_change(text, *known[name], new) for name, new in fields.items() if name in known]
    added = {name: new for name, new in fields.items() if name not in known}
    if added:
        changes.append(_addition(text, value, added))
    return _replaced(text, changes)


_Change = tuple[int, int, str]
"""Where the old text begins and ends, and the new one."""


def _is_shared(text: str, key: yaml.Node, value: yaml.Node) -> bool:
    """Whether a value is an alias of one elsewhere, or has an anchor for others."""
    start = value.start_mark.index
    return start < key.end_mark.index or "&" in text[key.end_mark.index : start + 1]


def _change(text: str, key: yaml.Node, value: yaml.Node, new: Any) -> _Change:
    if _is_shared(text, key, value) or not isinstance(value, yaml.ScalarNode):
        raise NotEditableError(f"{key.value} is not a plain value")
    if value.start_mark.index == value.end_mark.index:
        end = _end_of_key(text, key)
        return (end, end, f" {scalar(new)}")
    return (value.start_mark.index, value.end_mark.index, scalar(new))


def _addition(text: str, section: yaml.MappingNode, fields: Mapping[str, Any]) -> _Change:
    if section.flow_style:
        # At the beginning: behind the last field there may be a comma or a comment.
        at = section.start_mark.index + 1
        rest = ("," if text[at] in "\r\n" else ", ") if section.value else ""
        return (at, at, ", ".join(f"{name}: {scalar(value)}" for name, value in fields.items()) + rest)
    indent = " " * section.value[0][0].start_mark.column
    at = _line_after(text, _last_index(section))
    missing_break = "" if text[:at].endswith("\n") else _line_break(text)
    lines = [f"{indent}{name}: {scalar(value)}{_line_break(text)}" for name, value in fields.items()]
    return (at, at, missing_break + "".join(lines))


def _with_section(text: str, root: yaml.MappingNode, section: str, fields: Mapping[str, Any]) -> str:
    at = _line_after(text, _last_index(root))
    missing_break = "" if text[:at].endswith("\n") else _line_break(text)
    return _replaced(text, [(at, at, f"{missing_break}{section}: {_flow(fields)}{_line_break(text)}")])


def _last_index(node: yaml.Node) -> int:
    """Where the last token of a node ends; YAML's own mark of a block is behind comments and blank lines after it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        return max(_last_index(inner) for inner in _inner(node))
    return int(node.end_mark.index)


def _inner(node: yaml.Node) -> Iterator[yaml.Node]:
    for each in node.value:
        yield from each if isinstance(each, tuple) else (each,)


def _line_after(text: str, index: int) -> int:
    """The beginning of the line after a token, whose line holds nothing else but a comment."""
    # A literal block ends behind its line break.
    if text[:index].endswith("\n"):
        return index
    rest = _BLANK_REST.match(text, index)
    return rest.end() if rest else index


def _end_of_key(text: str, key: yaml.Node) -> int:
    return text.index(":", key.end_mark.index) + 1


def _line_break(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _replaced(text: str, changes: list[_Change]) -> str:
    for start, end, new in sorted(changes, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _flow(fields: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{name}: {scalar(value)}" for name, value in fields.items()) + "}"


def scalar(value: Any) -> str:
    """A value as YAML; a small number with an exponent and the point that YAML wants before it.

    Args:
        value: A number or a text.
    """
    if isinstance(value, float):
        shortest, short = repr(value), f"{value:.2e}"
        mantissa, exponent, power = (
            short if float(short) == value and 0 < abs(value) < _SMALL else shortest
        ).partition("e")
        whole, _, rest = mantissa.partition(".")
        return f"{whole}.{rest.rstrip('0') or '0'}{exponent}{f'{int(power):+d}' if power else ''}"
    return yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=1 << 20).splitlines()[0]
