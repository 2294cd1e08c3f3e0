"""The answers of a row, in the forms that data sets have them in, checked against the context."""

import json
from collections.abc import Mapping
from typing import Any

from models.question_answering.answer import Answer
from models.tasks.interface.contract import RowError

_FORMS = 'it is a mapping of lists, {"text": [...], "answer_start": [...]}, or a list of mappings of one each'
_MAX_SHOWN = 50


def parse_answers(answers: Any, is_impossible: Any, context: str) -> tuple[Answer, ...]:
    """Reads the columns `answers` and `is_impossible`.

    Args:
        answers: SQuAD's list of mappings with `text` and `answer_start` (or `start`), Hugging Face's mapping of two
            lists, or either as JSON.
        is_impossible: SQuAD 2.0's mark of a question without an answer; None where there is none.
        context: What the answers are parts of.

    Returns:
        The answers, each once; none where the question has none.

    Raises:
        RowError: An answer is not in its context, or the columns are not of this form or contradict each other.
    """
    impossible = _flag(is_impossible)
    if answers == "":
        # A cell of a CSV file.
        answers = None
    if answers is None and not impossible:
        raise RowError("answers is missing")
    found = tuple(dict.fromkeys(_located(text, start, context) for text, start in _pairs(answers)))
    if found and impossible:
        raise RowError(f"is_impossible is true, but there is an answer: {_shown(found[0].text)}")
    if not found and impossible is False:
        raise RowError("is_impossible is false, but there is no answer")
    return found


def _flag(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    # A CSV file has words.
    if not isinstance(value, str) or value.strip().lower() not in ("true", "false"):
        raise RowError(f"is_impossible is {value!r}, not true or false")
    return value.strip().lower() == "true"


def _pairs(answers: Any) -> list[tuple[Any, Any]]:
    """Texts and starts, whatever they are."""
    if isinstance(answers, str):
        try:
            answers = json.loads(answers)
        except ValueError as error:
            raise RowError(f"answers is a string that is not JSON; {_FORMS}") from error
    if answers is None:
        return []
    if isinstance(answers, Mapping):
        return _pairs_of_lists(answers)
    if not isinstance(answers, list) or not all(isinstance(answer, Mapping) for answer in answers):
        raise RowError(f"answers is not of a known form; {_FORMS}")
    return [(answer.get("text"), answer.get("answer_start", answer.get("start"))) for answer in answers]


def _pairs_of_lists(answers: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    texts = answers.get("text")
    if not isinstance(texts, list):
        raise RowError(f"answers is not of a known form; {_FORMS}")
    starts = answers.get("answer_start", answers.get("start"))
    starts = [None] * len(texts) if starts is None else starts
    if not isinstance(starts, list) or len(starts) != len(texts):
        raise RowError("answers has not as many starts as texts")
    return list(zip(texts, starts, strict=True))


def _located(text: Any, start: Any, context: str) -> Answer:
    if not isinstance(text, str):
        raise RowError("an answer's text is missing" if text is None else f"an answer is not a string: {text!r}")
    if not text.strip():
        raise RowError("an answer is empty")
    if start is None:
        start = _only_place(text, context)
    if type(start) is not int:
        raise RowError(f"an answer_start is not a whole number: {start!r}")
    if start < 0 or context[start : start + len(text)] != text:
        raise RowError(_not_found(text, start, context))
    return Answer(start, text)


def _only_place(text: str, context: str) -> int:
    place = context.find(text)
    if place < 0:
        raise RowError(f"answer not found in its context: {_shown(text)}")
    if context.find(text, place + 1) >= 0:
        raise RowError(f"an answer without answer_start is several times in its context: {_shown(text)}")
    return place


def _not_found(text: str, start: int, context: str) -> str:
    there = _shown(context[start : start + len(text)]) if 0 <= start < len(context) else "nothing"
    return f"answer not found in its context: {_shown(text)} is not at character {start}, where {there} is"


def _shown(text: str) -> str:
    return repr(text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…")
