"""Reading question answering data as SQuAD has them."""

import gzip
import io
import json
import pathlib
from typing import Any

import pytest

from components.text_example_gen.readers.damaged_file_error import DamagedFileError
from components.text_example_gen.readers.squad import read_squad

ANSWER = {"text": "Zoë", "answer_start": 0}
QUESTION = {"id": "q1", "question": "Who?", "answers": [ANSWER]}


def squad(*questions: Any, title: Any = "T", context: Any = "Zoë went.") -> bytes:
    paragraph = {"context": context, "qas": list(questions)}
    return json.dumps({"version": "1.1", "data": [{"title": title, "paragraphs": [paragraph]}]}).encode()


def test_questions_of_both_versions() -> None:
    impossible = {"id": 2, "question": "When?", "answers": [], "plausible_answers": [ANSWER], "is_impossible": True}
    data = b"\xef\xbb\xbf" + squad(QUESTION, impossible, QUESTION | {"is_impossible": False})
    records = list(read_squad(io.BytesIO(data)))
    assert [(record.line, record.fault) for record in records] == [(1, ""), (2, ""), (3, "")]
    first = {
        "id": "q1",
        "title": "T",
        "question": "Who?",
        "context": "Zoë went.",
        "answers": {"text": ["Zoë"], "answer_start": [0]},
        "is_impossible": False,
    }
    none = {"text": [], "answer_start": []}
    second = first | {"id": "2", "question": "When?", "answers": none, "is_impossible": True}
    assert [record.values for record in records] == [first, second, first]
    assert [json.loads(record.raw or b"") for record in records[:2]] == [QUESTION, impossible]
    assert "Zoë".encode() in (records[0].raw or b"")


def test_answers_may_be_left_out_where_there_are_none() -> None:
    question = {"id": "q", "question": "When?", "is_impossible": True}
    (record,) = read_squad(io.BytesIO(squad(question, title=None)))
    assert record.values is not None
    assert record.values["answers"] == {"text": [], "answer_start": []}
    assert record.values["title"] == ""


@pytest.mark.parametrize(
    ("question", "fault"),
    [
        ({"id": "q", "question": "Who?"}, "not a SQuAD question: 'answers' is missing"),
        (QUESTION | {"answers": None}, "not a SQuAD question: 'answers' is missing"),
        (QUESTION | {"answers": ANSWER}, "not a SQuAD question: 'answers' is not a list: {"),
        (QUESTION | {"answers": ["Zoë"]}, "not a SQuAD question: where an object with 'text' should be is \"Zo"),
        (QUESTION | {"answers": [{"text": "Zoë"}]}, "not a SQuAD question: 'answer_start' is missing"),
        (QUESTION | {"answers": [ANSWER | {"answer_start": "0"}]},
         "not a SQuAD question: 'answer_start' is not an integer: \"0\""),
        (QUESTION | {"answers": [ANSWER | {"answer_start": True}]},
         "not a SQuAD question: 'answer_start' is not an integer: true"),
        (QUESTION | {"question": None}, "not a SQuAD question: 'question' is missing"),
        (QUESTION | {"question": ["Who?"]}, "not a SQuAD question: 'question' is not a string: ["),
        (QUESTION | {"id": 1.5}, "not a SQuAD question: 'id' is not a string or an integer: 1.5"),
        (QUESTION | {"is_impossible": 1}, "not a SQuAD question: 'is_impossible' is not true or false: 1"),
        ("Who?", "not a SQuAD question: where an object with"),
        (QUESTION | {"question": "\ud800?"}, "invalid JSON: half a surrogate pair"),
    ],
)  # fmt: skip
def test_question_of_wrong_shape_is_one_reject(question: Any, fault: str) -> None:
    records = list(read_squad(io.BytesIO(squad(QUESTION, question, QUESTION))))
    assert [bool(record.fault) for record in records] == [False, True, False]
    assert records[1].fault.startswith(fault)
    assert (records[1].line, records[1].values) == (2, None)
    assert json.loads((records[1].raw or b"").decode()) == question


def test_context_of_wrong_shape_rejects_its_questions() -> None:
    records = list(read_squad(io.BytesIO(squad(QUESTION, QUESTION, context=7))))
    assert [record.fault for record in records] == ["not a SQuAD question: 'context' is not a string: 7"] * 2


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "invalid JSON: Expecting value in line 1; SQuAD's layout is expected"),
        (b'{"text": "a"}\n{"text": "b"}\n', "invalid JSON: Extra data in line 2; .* say `data.format: jsonl`"),
        (b'{"text": "a"}', "after question 0: 'data' is missing; SQuAD's layout is expected: one JSON object with a"),
        (b"[1]", r"after question 0: where an object with 'data' should be is \[1\]; SQuAD"),
        (b'{"data": {}}', "after question 0: 'data' is not a list"),
        (b'{"data": [{"title": "a"}]}', "after question 0: 'paragraphs' is missing"),
        (b"[" * 100_000, "nested too deeply"),
        (b"9" * 5000, "invalid JSON: "),
        (b'{"data": "\xff"}', "invalid UTF-8: byte 0xff at byte 10 of the file"),
        (squad(QUESTION)[:-4] + b', {"context": "no questions"}]}]}', "after question 1: 'qas' is missing"),
    ],
)
def test_file_of_another_layout_is_said_to_be(data: bytes, message: str) -> None:
    with pytest.raises(DamagedFileError, match=message):
        list(read_squad(io.BytesIO(data)))


@pytest.mark.parametrize(
    ("name", "questions", "answers"),
    [
        ("dev-v1.1.json", 10_570, 34_726),
        ("train-sample-17articles.json", 3_939, 3_939),
        ("train-sample-explorer.json.gz", 15_152, 15_152),
    ],
)
def test_squad_1_1(shared_data: pathlib.Path, name: str, questions: int, answers: int) -> None:
    data = (shared_data / "squad" / name).read_bytes()
    rows = [r.values for r in read_squad(io.BytesIO(gzip.decompress(data) if name.endswith(".gz") else data))]
    assert len(rows) == questions
    found = [
        (row["context"][start : start + len(text)], text)
        for row in rows
        if row
        for text, start in zip(row["answers"]["text"], row["answers"]["answer_start"], strict=True)
    ]
    assert len(found) == answers
    assert all(there == text for there, text in found)
