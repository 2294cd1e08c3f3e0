"""Exact match and F1 of answers by the real component, against numbers found by hand."""

import pathlib
from typing import Any

import pytest
import tensorflow as tf

from models.export.description import ModelDescription
from models.tasks.interface.chosen_task import ChosenTask

TASK = ChosenTask.of("question_answering", {}, [])


class FirstWordsModel(tf.Module):
    """Answers with the first two words of the context, or the first one alone, or not at all: as the question says."""

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def serve_examples(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        spec = {name: tf.io.FixedLenFeature([], tf.string) for name in ("question", "context")}
        texts = tf.io.parse_example(examples, spec)
        first_word = tf.strings.regex_replace(texts["context"], " .*", "")
        two_words = tf.strings.regex_replace(texts["context"], "^([^ ]* [^ ]*) .*", r"\1")
        answer = tf.where(texts["question"] == "two", two_words, tf.where(texts["question"] == "one", first_word, ""))
        return {
            "answer": answer,
            "answers": tf.stack([answer, answer], axis=1),
            "scores": tf.zeros([tf.size(answer), 2]),
            "start": tf.zeros_like(answer, tf.int32),
        }


def _row(question: str, context: str, *answers: str) -> dict[str, Any]:
    return {"question": question, "context": context, "answers": tuple(f"3 {answer}".encode() for answer in answers)}


ROWS = [
    # Exact match and F1.
    _row("two", "New York is big", "new york", "York"),  # 1, 1
    _row("one", "New York is big", "New York", "in New York", "York"),  # 0, 2/3
    _row("two", "The York is big", "York"),  # 1, 1
    _row("two", "Zürich, 今天 is big", "今天", "Bern"),  # 0, 2/3
    _row("none", "New York is big", "New York"),  # 0, 0
    _row("none", "Nothing is here"),  # 1, 1
    _row("one", "Something is here"),  # 0, 0
    _row("none", "Nothing is there, either"),  # 1, 1
]


@pytest.fixture
def model(tmp_path: pathlib.Path) -> pathlib.Path:
    folder = tmp_path / "candidate" / "Format-Serving"
    module = FirstWordsModel()
    tf.saved_model.save(module, str(folder), signatures={"serve_examples": module.serve_examples})
    ModelDescription(TASK, (), "tiny", 384).write(str(folder))
    return folder


def test_scores_are_those_of_a_count_by_hand(model: pathlib.Path, evaluate: Any) -> None:
    thresholds = [{"metric": "f1", "at_least": 0.6}, {"metric": "no_answer_accuracy", "at_least": 0.7}]
    evaluated = evaluate(ROWS, model, chosen_task=TASK, thresholds=thresholds)
    overall = evaluated.verdict.metrics[0]
    assert overall.candidate == pytest.approx(
        {
            "exact_match": 4 / 8,
            "f1": (1 + 2 / 3 + 1 + 2 / 3 + 1 + 1) / 8,
            "has_answer_exact_match": 2 / 5,
            "has_answer_f1": (1 + 2 / 3 + 1 + 2 / 3) / 5,
            "no_answer_accuracy": 2 / 3,
            "example_count": 8,
        }
    )
    assert [check.passed for check in evaluated.verdict.thresholds] == [True, False]


def test_questions_of_one_kind_alone(model: pathlib.Path, evaluate: Any) -> None:
    """No example has the feature `answers`."""
    evaluated = evaluate(ROWS[5:], model, chosen_task=TASK)
    overall = evaluated.verdict.metrics[0].candidate
    assert overall["exact_match"] == overall["no_answer_accuracy"] == pytest.approx(2 / 3)
    assert overall["has_answer_f1"] is None


def test_a_model_in_service_is_judged_beside_it(model: pathlib.Path, evaluate: Any, tmp_path: pathlib.Path) -> None:
    class SilentModel(FirstWordsModel):
        @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
        def serve_examples(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
            answers = super().serve_examples(examples)
            return {**answers, "answer": tf.fill([tf.size(examples)], "")}

    folder = tmp_path / "current" / "Format-Serving"
    module = SilentModel()
    tf.saved_model.save(module, str(folder), signatures={"serve_examples": module.serve_examples})
    ModelDescription(TASK, (), "tiny", 384).write(str(folder))
    evaluated = evaluate(ROWS, model, folder, chosen_task=TASK)
    overall = evaluated.verdict.metrics[0]
    assert overall.baseline["exact_match"] == pytest.approx(3 / 8)
    assert overall.baseline["has_answer_f1"] == 0
    assert overall.candidate["exact_match"] == pytest.approx(4 / 8)
