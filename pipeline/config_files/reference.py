"""The configuration reference, generated from the config classes."""

import itertools
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
    head = f"\n## {title}\n\n{section.__doc__}\n\n| field | type | default | what it is |\n|---|---|---|---|\n"
    inner = {name: section_of(field.annotation) for name, field in section.model_fields.items()}
    parts = [_tables(f"{place}.{name}".lstrip("."), found) for name, found in inner.items() if found]
    return ["".join([head, *field_rows(section)]), *itertools.chain.from_iterable(parts)]


def field_rows(section: type[pydantic.BaseModel]) -> list[str]:
    """A table row for each field of a section that is no section itself."""
    return [
        f"| `{name}` | {_type_name(field.annotation)} | {_default(field)} | {field.description or ''} |\n"
        for name, field in section.model_fields.items()
        if field.annotation is not section_of(field.annotation)
    ]


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
