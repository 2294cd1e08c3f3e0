"""Turns a sentence of tagged words into a text with entities at places in it."""

import itertools
from typing import Any, NamedTuple

from models.named_entities.check_spans import check_place
from models.named_entities.entities import Entity
from models.named_entities.tag_schemes import entities_of_tags


class LabelledText(NamedTuple):
    """A text and its entities, as spans of characters in their order."""

    text: str
    entities: list[Entity]


def spans_of_words(words: Any, tags: Any) -> LabelledText:
    """Joins words by single spaces, and tells where in that text their entities are.

    Args:
        words: JSON's value of a column of words: a list of strings.
        tags: Likewise, one per word, in a scheme of `models.named_entities.tag_schemes`.

    Raises:
        ValueError: They are no lists of strings or of different number, a tag is unknown, or an entity begins or ends
            with a word that is empty or has white space there.
    """
    words, tags = _strings("words", words), _strings("tags", tags)
    if len(words) != len(tags):
        raise ValueError(f"tags and words of different number: {len(tags)} and {len(words)}")
    text = " ".join(words)
    starts = list(itertools.accumulate((len(word) + 1 for word in words), initial=0))
    entities = [Entity(starts[start], starts[end] - 1, kind) for start, end, kind in entities_of_tags(tags)]
    for entity in entities:
        check_place(text, entity)
    return LabelledText(text, entities)


def _strings(column: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"{column} not a list of strings: {str(value)[:50]}")
    return value
