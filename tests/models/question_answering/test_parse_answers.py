import json
from typing import Any

import pytest

from models.question_answering.answer import Answer
from models.question_answering.parse_answers import parse_answers
from models.tasks.interface.contract import RowError

CONTEXT = "Open on Monday, 今天 👍🏽 closed on Sunday."
MONDAY, SUNDAY = {"text": "Monday", "answer_start": 8}, {"text": "Sunday", "answer_start": 32}


@pytest.mark.parametrize(
    ("answers", "is_impossible", "expected"),
    [
        ([MONDAY, SUNDAY], None, [(8, "Monday"), (32, "Sunday")]),
        ([MONDAY, SUNDAY, MONDAY], False, [(8, "Monday"), (32, "Sunday")]),
        ([{"text": "今天 👍🏽", "start": 16}], None, [(16, "今天 👍🏽")]),
        ({"text": ["Monday", "Sunday"], "answer_start": [8, 32]}, False, [(8, "Monday"), (32, "Sunday")]),
        ({"text": ["Monday"], "start": [8]}, "false", [(8, "Monday")]),
        (json.dumps([SUNDAY]), "False", [(32, "Sunday")]),
        ([{"text": "Monday"}], None, [(8, "Monday")]),
        ([{"text": "Monday", "answer_start": None}], None, [(8, "Monday")]),
        ({"text": ["Monday", "Sunday"]}, None, [(8, "Monday"), (32, "Sunday")]),
        ([], None, []),
        ([], True, []),
        (None, True, []),
        ("", "true", []),
        ({"text": [], "answer_start": []}, "True", []),
        ("[]", None, []),
    ],
)
def test_answers_are_read_in_each_form(answers: Any, is_impossible: Any, expected: list[Any]) -> None:
    assert list(parse_answers(answers, is_impossible, CONTEXT)) == expected


@pytest.mark.parametrize(
    ("answers", "is_impossible", "reason"),
    [
        (None, None, "answers is missing"),
        (None, False, "answers is missing"),
        ([], False, "is_impossible is false, but there is no answer"),
        ([MONDAY], True, "is_impossible is true, but there is an answer: 'Monday'"),
        ([MONDAY], "perhaps", "is_impossible is 'perhaps', not true or false"),
        ([MONDAY], [1], r"is_impossible is \[1\], not true or false"),
        ("Monday", None, "answers is a string that is not JSON"),
        (7, None, "answers is not of a known form; it is a mapping of lists"),
        (["Monday"], None, "answers is not of a known form"),
        ({"text": "Monday", "answer_start": 8}, None, "answers is not of a known form"),
        ({"text": ["Monday"], "answer_start": []}, None, "not as many starts as texts"),
        ({"text": ["Monday"], "answer_start": 8}, None, "not as many starts as texts"),
        ([{"answer_start": 8}], None, "an answer's text is missing"),
        ([{"text": 8, "answer_start": 8}], None, "an answer is not a string: 8"),
        ([{"text": "", "answer_start": 8}], None, "an answer is empty"),
        ([{"text": " \n", "answer_start": 8}], None, "an answer is empty"),
        ([{"text": "Monday", "answer_start": "8"}], None, "an answer_start is not a whole number: '8'"),
        ([{"text": "Monday", "answer_start": 8.0}], None, "an answer_start is not a whole number: 8.0"),
        ([{"text": "Monday", "answer_start": True}], None, "an answer_start is not a whole number: True"),
        (
            [{"text": "Monday", "answer_start": 9}],
            None,
            "answer not found in its context: 'Monday' is not at character 9, where 'onday,' is",
        ),
        ([{"text": "Open", "answer_start": -40}], None, "'Open' is not at character -40, where nothing is"),
        ([{"text": "Sunday", "answer_start": 400}], None, "'Sunday' is not at character 400, where nothing is"),
        # Bytes, not characters.
        ([{"text": "Sunday", "answer_start": 42}], None, "answer not found in its context"),
        ([MONDAY, {"text": "Tuesday", "answer_start": 8}], None, "answer not found in its context: 'Tuesday'"),
        ([{"text": "Tuesday"}], None, "answer not found in its context: 'Tuesday'"),
        ([{"text": "on"}], None, "an answer without answer_start is several times in its context: 'on'"),
        ([{"text": "x" * 60}], None, f"'{'x' * 50}…'"),
    ],
)
def test_what_cannot_be_used_is_named(answers: Any, is_impossible: Any, reason: str) -> None:
    with pytest.raises(RowError, match=reason):
        parse_answers(answers, is_impossible, CONTEXT)


def test_the_form_in_examples_keeps_place_and_text() -> None:
    for answer in (Answer(0, "a b"), Answer(12, "12 天\n👍 ")):
        assert Answer.from_bytes(answer.to_bytes()) == answer
