"""What each task's answers are to a program in Python."""

from typing import Any

import pytest

from models.tasks.answers.classification import Classification
from models.tasks.answers.embedding import Embedding
from models.tasks.answers.entities import Entities, FoundEntity
from models.tasks.answers.extracted_answer import ContextSpan, ExtractedAnswer
from models.tasks.answers.filled_text import FilledText, Guess
from models.tasks.answers.label_set import LabelSet
from models.tasks.answers.number import Number
from models.tasks.interface.registry import task_named, task_names
from models.tasks.interface.task import Task

ENTITIES = {
    # The second of a batch: another text has two entities.
    "types": ["PER", ""],
    "texts": ["Ada", ""],
    "starts": [3, -1],
    "ends": [6, -1],
    "scores": [0.9, 0.0],
    "num_entities": 1,
}
SPANS = {"answers": ["1815", ""], "starts": [7, -1], "ends": [11, -1], "scores": [4.5, -1e9], "no_answer_score": -2.0}
BEST = (ContextSpan("1815", 7, 11, 4.5),)
CASES = [
    (
        "text_classification",
        {"label": "b", "score": 0.75, "classes": ["a", "b"], "scores": [0.25, 0.75]},
        Classification("b", 0.75, {"a": 0.25, "b": 0.75}),
    ),
    (
        "multi_label_classification",
        {"labels": ["b", ""], "label_scores": [0.75, 0.0], "classes": ["a", "b"], "scores": [0.25, 0.75]},
        LabelSet({"b": 0.75}, {"a": 0.25, "b": 0.75}),
    ),
    ("text_regression", {"score": 2.5}, Number(2.5)),
    ("token_classification", ENTITIES, Entities((FoundEntity("PER", "Ada", 3, 6, 0.9),))),
    ("token_classification", {**ENTITIES, "num_entities": 0}, Entities(())),
    (
        "question_answering",
        {**SPANS, "answer": "1815", "start": 7, "end": 11, "score": 4.5},
        ExtractedAnswer(BEST[0], BEST, -2.0),
    ),
    (
        "question_answering",
        {**SPANS, "answer": "", "start": -1, "end": -1, "score": 9.0},
        ExtractedAnswer(None, BEST, -2.0),
    ),
    ("text_embedding", {"embedding": [0.6, 0.8]}, Embedding((0.6, 0.8))),
    (
        "masked_lm",
        {"filled": "a good film", "tokens": [["good", "bad"], ["", ""]], "scores": [[0.5, 0.25], [0.0, 0.0]]},
        FilledText("a good film", ((Guess("good", 0.5), Guess("bad", 0.25)),)),
    ),
    ("masked_lm", {"filled": "no mask", "tokens": [], "scores": []}, FilledText("no mask", ())),
]


@pytest.mark.parametrize(("task", "outputs", "typed"), CASES)
def test_typed_answers(task: str, outputs: dict[str, Any], typed: Any) -> None:
    assert task_named(task).typed_answer(outputs) == typed


def test_every_task_of_the_project_has_a_type_of_its_own() -> None:
    assert {name for name, _, _ in CASES} == set(task_names())


def test_a_task_from_outside_answers_dictionaries() -> None:
    class Other(type(task_named("text_regression"))):  # type: ignore[misc]
        typed_answer = Task.typed_answer

    assert Other().typed_answer({"score": 2.5}) == {"score": 2.5}
