"""Checking entities that are given as spans of characters."""

from typing import Any

import pytest

from models.named_entities.check_spans import check_spans

TEXT = "😀 Zoë Li went to Paris ."


def test_spans_are_sorted_and_may_touch() -> None:
    spans = [
        {"start": 17, "end": 22, "type": "LOC", "text": "Paris", "score": 1},
        {"start": 2, "end": 5, "label": "PER", "type": None, "text": None},
    ]
    assert check_spans(TEXT, spans) == [(2, 5, "PER"), (17, 22, "LOC")]
    assert check_spans("ab", [{"start": 1, "end": 2, "type": "X"}, {"start": 0, "end": 1, "type": "Y"}]) == [
        (0, 1, "Y"),
        (1, 2, "X"),
    ]
    assert check_spans(TEXT, []) == []
    assert check_spans("", []) == []


def span(start: Any = 2, end: Any = 5, **fields: Any) -> dict[str, Any]:
    return {"start": start, "end": end, "type": "PER", **fields}


@pytest.mark.parametrize(
    ("spans", "message"),
    [
        (None, "entities not a list: None"),
        ({"start": 0}, "entities not a list: {'start': 0}"),
        ([[0, 5, "PER"]], r"entity not an object with start, end and type: \[0, 5, 'PER'\]"),
        ([span("2")], "entity without integers as start and end: '2', 5"),
        ([span(2.0)], "entity without integers as start and end: 2.0, 5"),
        ([span(True)], "entity without integers as start and end: True, 5"),
        ([{"end": 5, "type": "PER"}], "entity without integers as start and end: None, 5"),
        ([span(end=25)], "entity outside its text: PER at 2 to 25 of 24 characters"),
        ([span(start=-1)], "entity outside its text: PER at -1 to 5 of 24 characters"),
        ([span(start=6)], "entity outside its text: PER at 6 to 5 of 24 characters"),
        ([span(end=2)], "empty entity: PER '' at 2 to 2"),
        ([span(end=6)], "entity that begins or ends with white space: PER 'Zoë ' at 2 to 6"),
        ([span(start=1)], "entity that begins or ends with white space: PER ' Zoë' at 1 to 5"),
        ([span(), span(start=2, end=8)], "overlapping entities: PER 'Zoë' at 2 to 5 and PER 'Zoë Li' at 2 to 8"),
        ([span(), span()], "overlapping entities: PER 'Zoë' at 2 to 5 and PER 'Zoë' at 2 to 5"),
        ([span(17, 22), span(), span(4, 8)], "overlapping entities: PER 'Zoë' at 2 to 5 and PER 'ë Li' at 4 to 8"),
        ([{"start": 2, "end": 5}], "entity without a type"),
        ([span(type="")], "entity without a type"),
        ([span(type="A B")], "wrong entity type: 'A B' is not a word"),
        ([span(type="A\n")], r"wrong entity type: 'A\\n' is not a word"),
        ([span(type="A\0")], r"wrong entity type: 'A\\x00' is not a word"),
        ([span(type=3)], "wrong entity type: 3 is not a word"),
        ([span(9, 13, text="Zoë")], "entity not where it is said to be: 'Zoë' but there is PER 'went' at 9 to 13"),
    ],
)
def test_what_cannot_be_right_is_told(spans: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        check_spans(TEXT, spans)
