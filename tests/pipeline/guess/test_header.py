import pytest

from pipeline.guess.header import guess_header

TEXTS = [[f"this is text number {index} of some", ["good", "bad"][index % 2]] for index in range(40)]
NUMBERS = [[f"this is text number {index} of some", str(index % 3)] for index in range(40)]


@pytest.mark.parametrize(
    ("first", "rest", "expected", "reason"),
    [
        (["text", "label"], TEXTS, True, "'text' and 'label'"),
        (["Inhalt", "Urteil"], TEXTS, True, "'Urteil' is none of the 2 values below it"),
        (["Inhalt", "Urteil"], NUMBERS, True, "'Urteil' stands above numbers"),
        (["", "text"], TEXTS, True, "'text'"),
        (["a short one", "good"], TEXTS, False, "in other rows, too"),
        (["a short one", "2"], NUMBERS, False, "a number"),
        (["a text that is longer than any name of a column", "fine"], TEXTS, False, "long text"),
        (["same", "same"], TEXTS, False, "twice"),
        (["text", "text"], TEXTS, True, "'text'"),
        (["Inhalt", ""], TEXTS, False, "empty fields"),
        (["one", "two"], [["three", "four"], ["five", "six"]], False, "nothing tells"),
    ],
)
def test_header_is_told_from_a_row(first: list[str], rest: list[list[str]], expected: bool, reason: str) -> None:
    is_header, why = guess_header(first, rest)
    assert is_header == expected
    assert reason in why
