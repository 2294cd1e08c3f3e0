import json
import pathlib
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from models.question_answering.squad_rules import score
from models.tasks.interface.batch import Request
from models.tasks.interface.chosen_task import ChosenTask
from models.tasks.interface.contract import RowError
from models.tasks.interface.facts import Facts
from models.tasks.question_answering import QuestionAnswering, QuestionAnsweringOptions
from models.tokenisation.text_encoder import TextEncoder
from models.tokenisation.vocabulary import SPECIAL_TOKENS, Vocabulary

TASK = QuestionAnswering()
ROW = {
    "question": "When?",
    "context": "Open on Monday.",
    "answers": {"text": ["Monday", "on Monday"], "answer_start": [8, 5]},
    "is_impossible": False,
}


def test_a_row_becomes_texts_and_answers_with_their_places() -> None:
    assert TASK.parse_row(ROW) == {
        "question": b"When?",
        "context": b"Open on Monday.",
        "answers": (b"8 Monday", b"5 on Monday"),
    }
    assert TASK.parse_row({**ROW, "answers": [], "is_impossible": None})["answers"] == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"question": None}, "question is missing"),
        ({"question": " "}, "question is empty"),
        ({"context": ""}, "context is empty"),
        ({"context": 7}, "context is int, not a string"),
        ({"answers": None, "is_impossible": None}, "answers is missing"),
        ({"context": "Open on Tuesday."}, "answer not found in its context: 'Monday'"),
        ({"is_impossible": True}, "is_impossible is true, but there is an answer"),
    ],
)
def test_a_bad_row_is_refused_with_the_reason(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(RowError, match=reason):
        TASK.parse_row({**ROW, **changes})


def test_all_questions_on_a_context_fall_into_one_split() -> None:
    other = {**ROW, "question": "Where?", "answers": []}
    del other["is_impossible"]
    assert TASK.content(TASK.parse_row(ROW)) == TASK.content(TASK.parse_row(other)) == b"Open on Monday."


@pytest.mark.parametrize(
    ("options", "sequence_length", "is_fine"),
    [
        ({}, 384, True),
        ({}, 196, True),
        ({}, 195, False),
        ({}, 128, False),
        ({"overlap": 20, "question_length": 32}, 128, True),
        ({"overlap": 0, "question_length": 60}, 64, True),
        ({"overlap": 0, "question_length": 61}, 64, False),
        ({"overlap": 0, "question_length": 100}, 64, False),
    ],
)
def test_windows_must_hold_more_than_their_overlap(
    options: dict[str, int], sequence_length: int, is_fine: bool
) -> None:
    fault = QuestionAnswering(QuestionAnsweringOptions(**options)).fault_of_sequence_length(sequence_length)
    assert (fault is None) == is_fine
    assert fault is None or fault.startswith("overlap: ")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_best": 0}, "task_options.n_best"),
        ({"overlap": -1}, "task_options.overlap"),
        ({"question_length": 0}, "task_options.question_length"),
        ({"max_answer_length": 0}, "task_options.max_answer_length"),
        ({"stride": 3}, "stride is no option of question_answering"),
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ChosenTask.of("question_answering", options, [])


def test_a_person_sees_answer_score_and_question() -> None:
    answered = {"answer": "Monday", "score": 3.14159}
    assert TASK.answer_line(ROW, answered) == "Monday\t3.142\tWhen?"
    assert TASK.answer_line(ROW, {**answered, "answer": ""}) == "(no answer)\t3.142\tWhen?"


def _answers(
    rows: list[tuple[str, str, bytes]], encoder: TextEncoder, task: QuestionAnswering, numbers: Any = None
) -> dict[str, np.ndarray]:
    """What is served for questions, contexts and answers by a network that knows the answers."""
    texts = {name: tf.constant([row[index] for row in rows]) for index, name in enumerate(("question", "context"))}
    packed = task.pack(texts, encoder)
    answers = tf.RaggedTensor.from_tensor(tf.constant([[row[2]] for row in rows]))
    packed |= task.pack_labels({"answers": answers}, packed, encoder)
    windows = task.windows(packed, encoder)
    length = tf.reduce_max(windows["token_ids"].row_lengths())
    columns = tf.range(length)
    is_open = (columns >= windows["first_column"][:, tf.newaxis]) & (
        columns < windows["token_ids"].row_lengths()[:, tf.newaxis] - 1
    )
    is_open |= columns == 0
    logits = tf.one_hot(windows["span"], tf.cast(length, tf.int32), axis=1) * 8
    logits = tf.where(is_open[:, :, tf.newaxis], logits, -1e9)
    facts = Facts(encoder.vocabulary, numbers=numbers or {})
    served = task.answers_to(logits, Request(packed, windows, texts), facts)
    return {name: values.numpy() for name, values in served.items()}


CHARACTERS = [*"abcdefghijklmnopqrstuvwxyz0123456789.,-()?", *"今天气很好", "👍", "🏽", "ᄒ", "ᅡ", "ᆫ", "é"]
SMALL = Vocabulary((*SPECIAL_TOKENS, *CHARACTERS, *(f"##{each}" for each in CHARACTERS)), lowercase=True)


@pytest.mark.parametrize(
    ("context", "answer"),
    [
        ("The Café is Open (daily).", "Café"),
        ("今天天气很好。👍🏽 naïve 今天好", "天气很好"),
        ("👍🏽👍🏽 a 👍 b\u0301c d", "b\u0301c"),
        # A mark at the end is in no piece.
        ("👍🏽 a cafe\u0301 b", "cafe\u0301"),
        ("👍🏽 a cafe\u0301", "cafe\u0301"),
        ("한한 a 한국", "한국"),
        ("a\u200bb \u00ad c\n\td e", "c\n\td"),
        ("  a  b  ", "a  b"),
        ("x " * 200 + "y z " + "x " * 200, "y z"),
        ("今" * 150 + "👍好" + "天" * 150, "👍好"),
    ],
)
def test_the_known_answer_comes_back_out_of_the_raw_context(context: str, answer: str) -> None:
    start = context.index(answer)
    task = QuestionAnswering(QuestionAnsweringOptions(question_length=8, overlap=10))
    answers = _answers([("when ?", context, f"{start} {answer}".encode())], TextEncoder(SMALL, 32), task)
    assert answers["answer"][0].decode() == answer
    assert (answers["start"][0], answers["end"][0]) == (start, start + len(answer))
    assert answers["score"][0] == 16
    assert answers["starts"].shape == answers["scores"].shape == (1, 5)
    for place, (start, end) in enumerate(zip(answers["starts"][0], answers["ends"][0], strict=True)):
        assert answers["answers"][0, place].decode() == (context[start:end] if start >= 0 else "")


def test_ill_formed_text_is_answered() -> None:
    texts = {"question": tf.constant([b"when"]), "context": tf.constant([b"a \xff\xfe b\xe9 c \xf0\x9f\x98"])}
    encoder = TextEncoder(SMALL, 200)
    packed = TASK.pack(texts, encoder)
    windows = TASK.windows(packed, encoder)
    # All spans of the context are equal.
    is_context = (windows["segment_ids"].to_tensor()[:, :-1] > 0)[:, :, tf.newaxis]
    logits = tf.where(is_context, tf.zeros([2]), -1e9)
    answers = TASK.answers_to(logits, Request(packed, windows, texts), Facts(SMALL))
    context = texts["context"].numpy()[0].decode("utf-8", "replace")
    for start, end, answer in zip(*(answers[name][0].numpy() for name in ("starts", "ends", "answers")), strict=True):
        assert answer.decode() == context[start:end]


def test_the_threshold_decides_what_is_not_answered() -> None:
    rows = [("when ?", "a b c", b"2 b"), ("who ?", "a b c", b"")]
    encoder = TextEncoder(SMALL, 200)
    answered, unanswered = "b", "a"
    for threshold, expected in (
        (None, [answered, unanswered]),
        (-20.0, ["", ""]),
        (5.0, [answered, ""]),
        (99.0, [answered, unanswered]),
    ):
        numbers = {} if threshold is None else {"no_answer_threshold": (threshold,)}
        answers = _answers(rows, encoder, TASK, numbers)
        assert [answer.decode() for answer in answers["answer"]] == expected
        assert answers["no_answer_score"].tolist() == [-16, 16]
        assert answers["start"].tolist() == [{"b": 2, "a": 0, "": -1}[each] for each in expected]
        assert answers["score"].tolist() == [
            [16, 0][place] if text else [0, 16][place] for place, text in enumerate(expected)
        ]
        # The best spans are told all the same.
        assert [each[0].decode() for each in answers["answers"]] == [answered, unanswered]


@pytest.mark.parametrize("num_unanswerable", [0, 3])
def test_the_threshold_is_calibrated_only_where_training_has_unanswerable_questions(num_unanswerable: int) -> None:
    blocks = [{"num_answers": tf.constant([1, 0, 3] if num_unanswerable else [1, 2, 3])}]
    blocks += [{"num_answers": tf.constant([0, 0] if num_unanswerable else [1])}]
    facts = Facts(SMALL).with_numbers(TASK.measure(blocks, Facts(SMALL)))
    assert facts.numbers == {"num_unanswerable": (float(num_unanswerable),)}
    assert TASK.calibrate(iter([]), facts) == ({"no_answer_threshold": (0.0,)} if num_unanswerable else {})


def test_data_without_any_answer_has_no_spans() -> None:
    encoder = TextEncoder(SMALL, 200)
    packed = TASK.pack({"question": tf.constant(["a", "b"]), "context": tf.constant(["a b", "c"])}, encoder)
    labels = TASK.pack_labels({}, packed, encoder)
    assert {name: values.numpy().tolist() for name, values in labels.items()} == {
        "first_piece": [-1, -1],
        "last_piece": [-1, -1],
        "num_answers": [0, 0],
    }


def test_nearly_every_answer_of_squad_can_be_found_again(shared_data: pathlib.Path) -> None:
    """What is lost are answers that are parts of word pieces."""
    document = json.loads((shared_data / "squad" / "dev-v1.1.json").read_text(encoding="utf-8"))
    paragraphs = [paragraph for article in document["data"] for paragraph in article["paragraphs"]][::10]
    rows, truths = [], []
    for paragraph in paragraphs:
        for question in paragraph["qas"]:
            features = TASK.parse_row({**question, **paragraph, "answers": question["answers"]})
            rows.append((question["question"], paragraph["context"], features["answers"][0]))
            truths.append([question["answers"][0]["text"]])
    assert len(rows) > 1000
    vocabulary = Vocabulary.from_file(shared_data / "vocab" / "bert-base-uncased-vocab.txt", lowercase=True)
    task = QuestionAnswering(QuestionAnsweringOptions(max_answer_length=60))
    answers = _answers(rows, TextEncoder(vocabulary, 384), task)["answer"]
    scores = [score(answer.decode(), truth) for answer, truth in zip(answers, truths, strict=True)]
    assert np.mean([each.exact_match for each in scores]) > 0.99
    assert np.mean([each.f1 for each in scores]) > 0.995
