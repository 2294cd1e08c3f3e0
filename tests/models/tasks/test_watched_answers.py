"""What tasks tell monitoring of their answers, whichever signature gave them."""

from collections.abc import Mapping
from typing import Any

import pytest

from models.tasks.interface.registry import task_named
from models.tasks.interface.watched_answer import WatchedAnswer


@pytest.mark.parametrize(
    ("task", "answer", "expected"),
    [
        (
            "text_classification",
            {"label": "b", "score": 0.7, "classes": ["a", "b"], "scores": [0.3, 0.7]},
            WatchedAnswer(("b",), 0.7),
        ),
        ("text_classification", {"classes": ["a", "b"], "scores": [0.9, 0.1]}, WatchedAnswer(("a",), 0.9)),
        # Of equal scores the first, as the model chooses.
        ("text_classification", {"classes": ["a", "b"], "scores": [0.5, 0.5]}, WatchedAnswer(("a",), 0.5)),
        ("text_classification", {"label": "b", "score": 0.7}, WatchedAnswer(("b",), 0.7)),
        # A client that wanted the label alone.
        ("text_classification", {"label": "b"}, WatchedAnswer()),
        (
            "multi_label_classification",
            {"labels": ["y", "x", ""], "label_scores": [0.9, 0.8, 0.0], "classes": ["x", "y"], "scores": [0.8, 0.9]},
            WatchedAnswer(("x", "y")),
        ),
        ("multi_label_classification", {"labels": ["", ""]}, WatchedAnswer(())),
        ("multi_label_classification", {"classes": ["x"], "scores": [0.9]}, WatchedAnswer()),
        ("text_regression", {"score": 3.5}, WatchedAnswer(number=3.5)),
        (
            "token_classification",
            {"types": ["PER", "LOC", "PER", ""], "num_entities": 3},
            WatchedAnswer(("LOC", "PER")),
        ),
        ("token_classification", {"types": [""], "num_entities": 0}, WatchedAnswer(())),
        ("question_answering", {"answer": "x", "start": 4, "score": 7.5}, WatchedAnswer(("answered",))),
        ("question_answering", {"answer": "", "start": -1, "score": 7.5}, WatchedAnswer(())),
        ("text_embedding", {"embedding": [0.6, 0.8]}, WatchedAnswer()),
        ("masked_lm", {"text": "x"}, WatchedAnswer()),
    ],
)
def test_watched_answers(task: str, answer: Mapping[str, Any], expected: WatchedAnswer) -> None:
    assert task_named(task).watched_answer(answer) == expected
