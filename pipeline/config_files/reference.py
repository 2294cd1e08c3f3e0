"""The configuration reference, generated from the config classes: `python -m pipeline.config_files.reference`."""

import json
import pathlib
import types
import typing
from typing import Any

import pydantic
from pydantic_core import PydanticUndefined

from pipeline.config import PipelineConfig
from pipeline.config_files.fields import section_of

REFERENCE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "configuration.md"
_HEAD = """# Configuration

Generated from the config classes by `make reference`. Relative paths are taken from the config file's folder.
"""


def config_reference() -> str:
    """The reference as Markdown: a table for each section, the top level first."""
    return _HEAD + "".join(_tables("", PipelineConfig))


def _tables(place: str, section: type[pydantic.BaseModel]) -> list[str]:
    title = f"`{place}`" if place else "Top level"
    lines = [f"\n## {title}\n\n{section.__doc__}\n\n| field | type | default | what it is |\n|---|---|---|---|\n"]
    parts: list[str] = []
    for name, field in section.model_fields.items():
        inner = section_of(field.annotation)
        if inner:
            parts += _tables(f"{place}.{name}".lstrip("."), inner)
        if inner and field.annotation is inner:
            continue
        lines.append(f"| `{name}` | {_type_name(field.annotation)} | {_default(field)} | {field.description or ''} |\n")
    return ["".join(lines), *parts]


def _type_name(annotation: Any) -> str:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _type_name(arguments[0])
    if origin is typing.Literal:
        return ", ".join(f"`{value}`" for value in arguments)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_type_name(argument) for argument in arguments if argument is not types.NoneType)
    if origin is tuple:
        return f"list of {_type_name(arguments[0])}"
    if origin is dict:
        return f"mapping of {_type_name(arguments[0])} to {_type_name(arguments[1])}"
    return {"str": "string", "int": "integer", "float": "number", "bool": "true or false"}.get(
        annotation.__name__, annotation.__name__
    )


def _default(field: Any) -> str:
    if field.is_required():
        return "required"
    if field.default is None or field.default is PydanticUndefined or field.default == ():
        return ""
    return f"`{json.dumps(field.default)}`"


if __name__ == "__main__":
    REFERENCE.write_text(config_reference(), encoding="utf-8")
