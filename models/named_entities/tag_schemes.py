"""Reads entities from the tags of words, in any of the schemes in use.

IOB1, IOB2, BIOES, BILOU and BMES are read by one rule, that of CoNLL's evaluation script, since a sentence does not
tell its scheme: an entity goes on only with `I-` or `E-` of its own type, and any other tag but `O` begins one.
"""

import functools
from collections.abc import Sequence

from models.named_entities.entities import Entity, check_type

_ROLES = {"B": "B", "I": "I", "E": "E", "S": "S", "M": "I", "L": "E", "U": "S"}
"""The role of a word in its entity by prefix: begin, inside, end or single, as BIOES has it."""


def entities_of_tags(tags: Sequence[str]) -> list[Entity]:
    """Returns the entities of a sentence as spans of words: those of `seqeval.metrics.sequence_labeling.get_entities`.

    Args:
        tags: A tag per word, such as `B-PER` or `O`.

    Raises:
        ValueError: A tag is none of any scheme.
    """
    entities: list[Entity] = []
    is_open = False
    for word, tag in enumerate(tags):
        role, entity_type = _split_tag(tag)
        if is_open and role in ("I", "E") and entities[-1].type == entity_type:
            entities[-1] = entities[-1]._replace(end=word + 1)
        elif role != "O":
            entities.append(Entity(word, word + 1, entity_type))
        is_open = role in ("B", "I")
    return entities


@functools.lru_cache(maxsize=4096)
def _split_tag(tag: str) -> tuple[str, str]:
    if tag == "O":
        return "O", ""
    prefix, hyphen, entity_type = tag.partition("-")
    if not hyphen or prefix not in _ROLES:
        raise ValueError(f"unknown tag: {tag!r} is neither 'O' nor {', '.join(_ROLES)} with '-' and a type")
    try:
        return _ROLES[prefix], check_type(entity_type)
    except ValueError as error:
        raise ValueError(f"unknown tag: {tag!r}, {error}") from error
