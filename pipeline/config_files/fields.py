"""The fields that a config has, and those that a misspelt name may have meant."""

import difflib
import typing
from collections.abc import Iterator
from typing import Any

import pydantic

from pipeline.config import PipelineConfig
from pipeline.config_files.fault import Place


def section_of(annotation: Any) -> type[pydantic.BaseModel] | None:
    """The section that a field holds, or holds a list of."""
    if isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel):
        return annotation
    return next(filter(None, map(section_of, typing.get_args(annotation))), None)


def field_names(place: Place) -> tuple[str, ...]:
    """The fields of the section that is at a place; none where there is no section."""
    section: type[pydantic.BaseModel] | None = PipelineConfig
    for name in place:
        if isinstance(name, int):
            continue
        field = section.model_fields.get(name) if section else None
        section = section_of(field.annotation) if field else None
    return tuple(section.model_fields) if section else ()


def places_of(name: str) -> list[Place]:
    """Where in the config there are fields of a name."""
    return [place for place in _places(PipelineConfig) if place[-1] == name]


def nearest(name: str, known: typing.Iterable[str]) -> str | None:
    """The name that is most like another in any case of its letters, or None if none is like it."""
    by_lower = {candidate.lower(): candidate for candidate in known}
    return next((by_lower[match] for match in difflib.get_close_matches(name.lower(), by_lower, n=1)), None)


def _places(section: type[pydantic.BaseModel], place: Place = ()) -> Iterator[Place]:
    for name, field in section.model_fields.items():
        yield (*place, name)
        inner = section_of(field.annotation)
        if inner:
            yield from _places(inner, (*place, name))
