from typing import Any

import pytest

from models.tasks.task import RowError
from models.tasks.text_classification import TASK


@pytest.mark.parametrize(
    ("label", "expected"),
    [("a", b"a"), (" a ", b"a"), (0, b"0"), (-3, b"-3"), (True, b"true"), ("été", "été".encode())],
)
def test_labels_are_strings_or_integers(label: Any, expected: bytes) -> None:
    assert TASK.parse_row({"text": "x", "label": label})["label"] == expected


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"label": "a"}, "text is missing"),
        ({"text": None, "label": "a"}, "text is missing"),
        ({"text": " \t\u3000", "label": "a"}, "text is empty"),
        ({"text": 3, "label": "a"}, "text is int"),
        ({"text": "x"}, "label is missing"),
        ({"text": "x", "label": "  "}, "label is empty"),
        ({"text": "x", "label": "a\nb"}, r"label holds a line break or NUL: 'a\\nb'"),
        ({"text": "x", "label": "a\rb"}, "label holds a line break or NUL"),
        ({"text": "x", "label": "a\0b"}, "label holds a line break or NUL"),
        ({"text": "x", "label": 1.0}, "label is float"),
        ({"text": "x", "label": ["a"]}, "label is list"),
    ],
)
def test_unusable_rows_say_why(row: dict[str, Any], reason: str) -> None:
    with pytest.raises(RowError, match=reason):
        TASK.parse_row(row)


def test_equal_texts_have_equal_content_whatever_their_labels() -> None:
    one, two = ({"text": b"x", "label": label} for label in (b"a", b"b"))
    assert TASK.content(one) == TASK.content(two) != TASK.content({"text": b"y", "label": b"a"})
