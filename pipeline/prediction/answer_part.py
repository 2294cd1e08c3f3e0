"""Answers the rows of a part: each becomes a line of the output or of the rejects file."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any

from components.text_example_gen.decided_row import Rejected
from components.text_example_gen.reject_line import reject_line
from models.tasks.interface.task import Task
from models.user_error import UserError
from pipeline.prediction.answers_rows import AnswersRows
from pipeline.prediction.part import InputRow, Part
from serving.client.errors import RefusedError

_ROWS_AT_ONCE = 1024
"""What is asked again in halves where a row of it is refused."""
_SUSPICIOUS_ROWS = 100


@dataclasses.dataclass(frozen=True)
class AnsweredPart:
    """The lines of a part, in the order of its rows.

    Attributes:
        name: The part's.
        answers: JSON, with line ends.
        rejects: JSON, with line ends.
        fault: Why the user has to do something before anything can be answered; empty where nothing is wrong.
    """

    name: str
    answers: tuple[bytes, ...]
    rejects: tuple[bytes, ...]
    fault: str = ""


def answer_part(part: Part, model: AnswersRows, task: Task) -> AnsweredPart:
    """Answers the rows of a part.

    Args:
        part: The rows.
        model: Answers.
        task: Knows which parts of answers only fill tensors up.

    Raises:
        UserError: The model refuses every row, so that it is not the rows' fault.
        ClientError: There is no model.
    """
    answers = _answers(part, model)
    _check_some_answered(part, list(answers.values()))
    lines, rejects = [], []
    for number, row in enumerate(part.rows):
        answer = answers.get(number, row.fault)
        if isinstance(answer, str):
            rejects.append(reject_line(part.path, Rejected(None, row.record, answer)))
        else:
            lines.append(_line(part.path, row, task.plain_answer(answer)))
    return AnsweredPart(part.name, tuple(lines), tuple(rejects))


def _check_some_answered(part: Part, answers: Sequence[Mapping[str, Any] | str]) -> None:
    if len(answers) >= _SUSPICIOUS_ROWS and all(isinstance(answer, str) for answer in answers):
        first = part.rows[0].record.line
        raise UserError(f"{part.path}, from line {first}: each of {len(answers):,} rows is {answers[0]}")


def _answers(part: Part, model: AnswersRows) -> dict[int, Mapping[str, Any] | str]:
    """By number, the answers to the rows that can be asked about, or why there is none."""
    texts = {number: row.texts for number, row in enumerate(part.rows) if row.texts is not None}
    # Short texts do not wait for long ones, and what is refused is looked for among few.
    by_length = sorted(texts, key=lambda number: sum(map(len, texts[number].values())))
    answers: dict[int, Mapping[str, Any] | str] = {}
    for start in range(0, len(by_length), _ROWS_AT_ONCE):
        numbers = by_length[start : start + _ROWS_AT_ONCE]
        answers.update(zip(numbers, _ask([texts[number] for number in numbers], model), strict=True))
    return answers


def _ask(rows: Sequence[Mapping[str, str]], model: AnswersRows) -> list[Mapping[str, Any] | str]:
    """Asks in halves, and halves of these, until every row that is refused is found."""
    try:
        return list(model.answer(rows))
    except RefusedError as error:
        if not error.concerns_rows:
            raise
        if len(rows) == 1:
            return [f"refused: {error}"]
    half = len(rows) // 2
    return _ask(rows[:half], model) + _ask(rows[half:], model)


def _line(path: str, row: InputRow, answer: Mapping[str, Any]) -> bytes:
    line = {"file": path, "line": row.record.line, **(row.texts or {}), **answer}
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"
