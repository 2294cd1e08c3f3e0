"""Reads question answering data in the JSON layout of SQuAD 1.1 and 2.0."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from components.text_example_gen.readers.byte_order_mark import skip_byte_order_mark
from components.text_example_gen.readers.damaged_file_error import DamagedFileError
from components.text_example_gen.readers.record import Record
from components.text_example_gen.readers.text_fault import decode_text

_EXPECTED = (
    'SQuAD\'s layout is expected: one JSON object with a list "data" of articles, each with a list "paragraphs", '
    'each with a "context" and a list "qas" of questions (for one object a line, say `data.format: jsonl`)'
)
_KINDS = {str: "a string", list: "a list", int: "an integer", bool: "true or false"}


class _WrongShapeError(Exception):
    """A part of the document is not what the layout has in its place."""


def read_squad(file: BinaryIO) -> Iterator[Record]:
    """Yields the questions of a SQuAD file, which is held in memory.

    The columns are those of Hugging Face's copies: `id`, `title`, `question`, `context`, `answers` (`text` and
    `answer_start`, a list each) and `is_impossible`. The row's own text is its entry in `qas`.

    Args:
        file: Seekable, open at its beginning.

    Raises:
        DamagedFileError: It is no JSON, or has another layout.
    """
    skip_byte_order_mark(file)
    document = _parse(file.read())
    number = 0
    try:
        for article in _field(document, "data", list):
            for paragraph in _field(article, "paragraphs", list):
                for question in _field(paragraph, "qas", list):
                    number += 1
                    yield _record(number, article, paragraph, question)
    except _WrongShapeError as error:
        raise DamagedFileError(f"after question {number}: {error}; {_EXPECTED}") from error


def _parse(raw: bytes) -> Any:
    text, fault = decode_text(raw)
    if fault:
        raise DamagedFileError(fault.replace("the row", "the file"))
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise DamagedFileError(f"invalid JSON: {error.msg} in line {error.lineno}; {_EXPECTED}") from error
    except RecursionError as error:
        raise DamagedFileError(f"invalid JSON: nested too deeply; {_EXPECTED}") from error
    except ValueError as error:
        raise DamagedFileError(f"invalid JSON: {error}") from error


def _record(number: int, article: Any, paragraph: Any, question: Any) -> Record:
    # Half a surrogate pair is JSON but not text; written so, it is the escape that the file has.
    raw = json.dumps(question, ensure_ascii=False).encode(errors="backslashreplace")
    try:
        values = _values(article, paragraph, question)
        json.dumps(values, ensure_ascii=False).encode()
    except _WrongShapeError as error:
        return Record(number, raw, None, f"not a SQuAD question: {error}")
    except UnicodeEncodeError:
        return Record(number, raw, None, "invalid JSON: half a surrogate pair")
    return Record(number, raw, values)


def _values(article: Any, paragraph: Any, question: Any) -> dict[str, Any]:
    is_impossible = _field(question, "is_impossible", bool, default=False)
    answers = _field(question, "answers", list, default=[] if is_impossible else None)
    return {
        "id": str(_field(question, "id", str, int)),
        "title": _field(article, "title", str, default=""),
        "question": _field(question, "question", str),
        "context": _field(paragraph, "context", str),
        "answers": {
            "text": [_field(answer, "text", str) for answer in answers],
            "answer_start": [_field(answer, "answer_start", int) for answer in answers],
        },
        "is_impossible": is_impossible,
    }


def _field(holder: Any, name: str, *kinds: type, default: Any = None) -> Any:
    if not isinstance(holder, dict):
        raise _WrongShapeError(f"where an object with {name!r} should be is {json.dumps(holder)[:50]}")
    value = holder.get(name)
    value = default if value is None else value
    if value is None:
        raise _WrongShapeError(f"{name!r} is missing")
    # Not isinstance, for which true is an integer.
    if type(value) not in kinds:
        expected = " or ".join(_KINDS[kind] for kind in kinds)
        raise _WrongShapeError(f"{name!r} is not {expected}: {json.dumps(value)[:50]}")
    return value
