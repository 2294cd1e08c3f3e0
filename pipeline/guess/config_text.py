"""Writes a config as YAML that reads well: sections, short values in one line, comments where a reason helps."""

from collections.abc import Mapping
from typing import Any

import yaml

_EXPONENT = "e-0"


def config_text(heading: str, values: Mapping[str, Any], comments: Mapping[str, str]) -> str:
    """Returns the text of a config file.

    Args:
        heading: A comment at its beginning.
        values: Fields; a mapping is a section.
        comments: What stands beside a field, by its name or `section.name`; above it for a list.
    """
    lines = [f"# {heading}"]
    for name, value in values.items():
        if isinstance(value, Mapping):
            lines.append(f"{name}:")
            lines += [
                f"  {line}" for field in value.items() for line in _field(*field, comments.get(f"{name}.{field[0]}"))
            ]
        else:
            lines += _field(name, value, comments.get(name))
    return "\n".join(lines) + "\n"


def _field(name: str, value: Any, comment: str | None) -> list[str]:
    if isinstance(value, tuple) and value and isinstance(value[0], Mapping):
        above = [f"# {comment}"] if comment else []
        return [*above, f"{name}:", *(f"  - {_in_line(item)}" for item in value)]
    return [f"{name}: {_in_line(value)}{f'  # {comment}' if comment else ''}"]


def _in_line(value: Any) -> str:
    if isinstance(value, float) and value < 1e-3:
        return f"{value:.1e}".replace(_EXPONENT, "e-")
    plain = list(value) if isinstance(value, tuple) else value
    text = yaml.safe_dump(plain, default_flow_style=True, allow_unicode=True, sort_keys=False, width=1 << 20)
    return text.removesuffix("\n").removesuffix("\n...")
