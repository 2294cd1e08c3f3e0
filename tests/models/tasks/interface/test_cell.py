"""Cells of several labels, of flags and of numbers."""

import decimal
import math
from typing import Any

import pytest

from models.tasks.interface.cell import flag_cell, labels_cell, number_cell
from models.tasks.interface.contract import RowError


@pytest.mark.parametrize(
    ("cell", "labels"),
    [
        ("joy", [b"joy"]),
        (" joy , anger,joy ", [b"joy", b"anger", b"joy"]),
        ("", []),
        (" ,, ", []),
        ("joy,,anger,", [b"joy", b"anger"]),
        (["joy", 3, True], [b"joy", b"3", b"true"]),
        (("a,b",), [b"a,b"]),
        ([], []),
        (27, [b"27"]),
        ("café, 怒り", ["café".encode(), "怒り".encode()]),
    ],
)
def test_labels(cell: Any, labels: list[bytes]) -> None:
    assert labels_cell({"labels": cell}, "labels", ",") == labels


def test_labels_between_other_delimiters() -> None:
    assert labels_cell({"labels": "a, b || c|d"}, "labels", "||") == [b"a, b", b"c|d"]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (None, "labels is missing"),
        (["joy", ""], "labels is empty"),
        (["joy", None], "labels is NoneType, not a string or an integer"),
        (0.5, "labels is float"),
        ({"joy": 1}, "labels is dict"),
        ([["joy"]], "labels is list"),
        ("joy,an\nger", "labels holds a line break or NUL"),
    ],
)
def test_faulty_labels_say_why(cell: Any, reason: str) -> None:
    with pytest.raises(RowError, match=reason):
        labels_cell({"labels": cell}, "labels", ",")


@pytest.mark.parametrize("cell", [1, True, "1", " true", "TRUE", 1.0])
def test_flags_that_are_set(cell: Any) -> None:
    assert flag_cell({"toxic": cell}, "toxic") is True


@pytest.mark.parametrize("cell", [0, False, "0", "False ", 0.0])
def test_flags_that_are_not_set(cell: Any) -> None:
    assert flag_cell({"toxic": cell}, "toxic") is False


@pytest.mark.parametrize("cell", ["", "yes", 2, -1, 0.5, math.nan, [1], {}, "2"])
def test_faulty_flags_say_why(cell: Any) -> None:
    with pytest.raises(RowError, match="toxic is not 0, 1, true or false: "):
        flag_cell({"toxic": cell}, "toxic")


def test_a_missing_flag_is_told() -> None:
    with pytest.raises(RowError, match="toxic is missing"):
        flag_cell({"toxic": None}, "toxic")


@pytest.mark.parametrize(
    ("cell", "number"),
    [(3, 3.0), (-0.5, -0.5), ("4.25", 4.25), (" 1e3 ", 1000.0), ("-.5", -0.5), (decimal.Decimal("2.5"), 2.5), (0, 0.0)],
)
def test_numbers(cell: Any, number: float) -> None:
    assert number_cell({"score": cell}, "score") == number


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (None, "score is missing"),
        ("", "score is not a number: ''"),
        ("3,5", "score is not a number: '3,5'"),
        ("1_000", "score is not a number: '1_000'"),
        ("three", "score is not a number: 'three'"),
        (True, "score is not a number: True"),
        ([3], "score is not a number"),
        ("nan", "score is not finite, or too large: 'nan'"),
        (math.inf, "score is not finite, or too large: inf"),
        ("-Infinity", "score is not finite, or too large"),
        (3.5e38, "score is not finite, or too large"),
        (10**400, "score is not finite, or too large"),
        (decimal.Decimal("sNaN"), "score is not a number"),
    ],
)
def test_faulty_numbers_say_why(cell: Any, reason: str) -> None:
    with pytest.raises(RowError, match=reason):
        number_cell({"score": cell}, "score")
