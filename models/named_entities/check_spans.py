"""Checks entities that are given as spans of characters."""

import itertools
from typing import Any

from models.named_entities.entities import Entity, check_type


def check_spans(text: str, spans: Any) -> list[Entity]:
    """Returns the entities of a text in their order.

    Args:
        text: The text.
        spans: JSON's value of a column of entities: a list of `{"start": 0, "end": 5, "type": "PER"}`, in characters,
            the end behind the last; `label` is another word for `type`. Where a span has its `text` too, it must be
            the text's at that place: offsets in bytes are found out so.

    Raises:
        ValueError: It is no such list, or a span is empty, not within the text, begins or ends with white space, or
            overlaps another.
    """
    if not isinstance(spans, list):
        raise ValueError(f"entities not a list: {str(spans)[:50]}")
    entities = sorted(_entity(text, span) for span in spans)
    for one, other in itertools.pairwise(entities):
        if other.start < one.end:
            raise ValueError(f"overlapping entities: {_shown(text, one)} and {_shown(text, other)}")
    return entities


def check_place(text: str, entity: Entity) -> None:
    """Checks the place of an entity in a text.

    Raises:
        ValueError: It is empty, not within the text, or begins or ends with white space.
    """
    if not 0 <= entity.start <= entity.end <= len(text):
        place = f"{entity.start} to {entity.end} of {len(text)} characters"
        raise ValueError(f"entity outside its text: {entity.type} at {place}")
    if entity.start == entity.end:
        raise ValueError(f"empty entity: {_shown(text, entity)}")
    found = text[entity.start : entity.end]
    if found != found.strip():
        raise ValueError(f"entity that begins or ends with white space: {_shown(text, entity)}")


def _entity(text: str, span: Any) -> Entity:
    if not isinstance(span, dict):
        raise ValueError(f"entity not an object with start, end and type: {str(span)[:50]}")
    # Not isinstance, for which true is an integer.
    if type(span.get("start")) is not int or type(span.get("end")) is not int:
        raise ValueError(f"entity without integers as start and end: {span.get('start')!r}, {span.get('end')!r}")
    # A key that is there for other rows is null in Parquet.
    name = span.get("label") if span.get("type") is None else span["type"]
    entity = Entity(span["start"], span["end"], check_type(name))
    check_place(text, entity)
    said = span.get("text")
    if said is not None and said != text[entity.start : entity.end]:
        raise ValueError(f"entity not where it is said to be: {said!r} but there is {_shown(text, entity)}")
    return entity


def _shown(text: str, entity: Entity) -> str:
    return f"{entity.type} {text[entity.start : entity.end]!r} at {entity.start} to {entity.end}"
