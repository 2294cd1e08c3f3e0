"""Finds the columns of tasks whose rows are seen by what they hold: entities, tagged words, questions with answers."""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from pipeline.guess.column_names import name_rank
from pipeline.guess.sample import Sample

_MAX_ROWS = 200
_TAG = re.compile(r"O|[BIEMSLU]-\S+")
_TAG_NAMES = ("ner", "tags", "entities", "labels")
_WORD_NAMES = ("words", "tokens")
_QUESTION_COLUMNS = ("question", "context", "answers")


class FixedColumns(NamedTuple):
    """The columns of such a task.

    Attributes:
        canonical: The file's column by the task's; without `text`, where texts have to be chosen still.
        reason: By what they are seen.
        takes_text: Whether the task reads a column of texts besides.
    """

    canonical: dict[str, str]
    reason: str
    takes_text: bool = False


FindColumns = Callable[[Sample], FixedColumns | None]
"""Takes rows; None where they are not of this kind."""


def find_entities(sample: Sample) -> FixedColumns | None:
    """Columns of words and their tags, or of entities beside a text."""
    columns = {name: _values(sample, name) for name in sample.columns}
    for name, values in columns.items():
        if _all_lists(values, _is_span) and any(values):
            return FixedColumns({"entities": name}, f"column {name} holds spans with start, end and type", True)
    lists = [name for name, values in columns.items() if _all_lists(values, lambda item: isinstance(item, str))]
    tags = [name for name in lists if _all_lists(columns[name], _is_tag)]
    words = [name for name in lists if name not in tags]
    if not tags or not words:
        return None
    # Chunks of a sentence are tagged alike, and other words about it stand beside its own.
    of_tags = min(tags, key=lambda name: name_rank(name, _TAG_NAMES))
    of_words = min(words, key=lambda name: name_rank(name, _WORD_NAMES))
    return FixedColumns({"words": of_words, "tags": of_tags}, f"column {of_tags} holds a tag for each word")


def find_questions(sample: Sample) -> FixedColumns | None:
    """Columns of questions, contexts and answers, by their names."""
    by_name = {name.casefold(): name for name in sample.columns}
    if not set(_QUESTION_COLUMNS) <= set(by_name):
        return None
    canonical = {name: by_name[name] for name in (*_QUESTION_COLUMNS, "is_impossible") if name in by_name}
    return FixedColumns(canonical, f"the columns {', '.join(canonical.values())}")


def _values(sample: Sample, column: str) -> list[Any]:
    return [value for value in sample.values(column)[:_MAX_ROWS] if value is not None]


def _all_lists(values: Sequence[Any], is_item: Callable[[Any], bool]) -> bool:
    return bool(values) and all(isinstance(value, list) and all(map(is_item, value)) for value in values)


def _is_span(item: Any) -> bool:
    return isinstance(item, dict) and {"start", "end"} <= set(item) and not {"type", "label"}.isdisjoint(item)


def _is_tag(item: Any) -> bool:
    return isinstance(item, str) and _TAG.fullmatch(item) is not None
