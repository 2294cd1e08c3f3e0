"""How the tasks judge rows for the report."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from models.tasks.interface.chosen_task import ChosenTask
from models.tasks.interface.judged_row import AnsweredRow, Confidence, Decision, JudgedRow


def judged(task: str, texts: dict[str, str], truth: Sequence[Any], **answers: Any) -> JudgedRow:
    arrays = {
        name: np.array([each.encode() if isinstance(each, str) else each for each in np.ravel(np.array(value, object))])
        if isinstance(value, list)
        else np.array(value.encode() if isinstance(value, str) else value)
        for name, value in answers.items()
    }
    found = ChosenTask(task).build().judged_row(AnsweredRow(texts, truth, arrays))
    assert found is not None
    return found


def test_a_class_is_as_wrong_as_the_model_was_surer_of_another() -> None:
    answers = {"classes": ["a", "b", "c"], "scores": [0.7, 0.2, 0.1]}
    row = judged("text_classification", {"text": "t"}, [b"b"], **answers)
    assert (row.truth, row.answer, row.classes, row.score) == ("b", "a", ("b", "a"), 0.7)
    assert row.error == pytest.approx(0.5)
    assert row.confidences == (Confidence(0.7, False),)
    assert row.decisions == (Decision("a", 0.7, False), Decision("b", 0.2, True), Decision("c", 0.1, False))
    assert judged("text_classification", {"text": "t"}, [b"a"], **answers).error == 0


def test_labels_add_up_what_was_missed() -> None:
    row = judged(
        "multi_label_classification", {"text": "t"}, [b"a", b"b"],
        classes=["a", "b", "c"], scores=[0.9, 0.2, 0.6], labels=["a", "c"],
    )  # fmt: skip
    assert (row.truth, row.answer) == ("a, b", "a, c")
    assert row.error == pytest.approx(0.8 + 0.6)
    assert row.decisions[1:] == (Decision("b", 0.2, True), Decision("c", 0.6, False))


@pytest.mark.parametrize("truth", [[], [b"(missing)"]])
def test_a_row_may_have_no_label(truth: list[bytes]) -> None:
    row = judged("multi_label_classification", {"text": "t"}, truth, classes=["a", "b"], scores=[0.1, 0.2], labels=[""])
    assert (row.truth, row.answer, row.error) == ("(none)", "(none)", 0)


def test_entities_are_right_by_place_and_type() -> None:
    row = judged(
        "token_classification", {"text": "Ann saw Bob in Rome"}, [b"0 3 PER", b"8 11 PER", b"15 19 LOC"],
        starts=[0, 15, -1], ends=[3, 19, -1], types=["PER", "PER", ""], scores=[0.9, 0.6, 0.0], num_entities=2,
    )  # fmt: skip
    assert row.truth == "PER 'Ann' 0-3; PER 'Bob' 8-11; LOC 'Rome' 15-19"
    assert row.answer == "PER 'Ann' 0-3; PER 'Rome' 15-19"
    assert row.error == 3
    assert row.confidences == (Confidence(0.9, True), Confidence(0.6, False))
    assert row.decisions == (
        Decision("PER", 0.9, True),
        Decision("PER", 0.6, False),
        Decision("PER", None, True),
        Decision("LOC", None, True),
    )


@pytest.mark.parametrize(
    ("truth", "answer", "error", "shown"),
    [
        ([b"4 the red fox", b"8 fox"], "Red fox.", 0.0, "the red fox | fox"),
        ([b"4 the red fox"], "fox", 1 - 2 / 3, "the red fox"),
        ([], "fox", 1.0, "(no answer)"),
        ([], "", 0.0, "(no answer)"),
    ],
)
def test_answers_are_judged_by_squads_rules(truth: list[bytes], answer: str, error: float, shown: str) -> None:
    row = judged("question_answering", {"question": "q", "context": "c"}, truth, answer=answer, score=3.5)
    assert row.error == pytest.approx(error)
    assert (row.truth, row.answer, row.score) == (shown, answer or "(no answer)", 3.5)


def test_a_number_is_as_wrong_as_it_is_far_off() -> None:
    row = judged("text_regression", {"text": "t"}, [2.5], score=3.25)
    assert (row.truth, row.answer, row.error, row.numbers) == ("2.5", "3.25", 0.75, (2.5, 3.25))
    # Evaluator gives what it slices by as strings.
    assert judged("text_regression", {"text": "t"}, [b"2.5"], score=3.25).error == 0.75


@pytest.mark.parametrize("truth", [[], [math.nan], [b"(missing)"]])
def test_pairs_without_a_score_tell_nothing(truth: list[Any]) -> None:
    row = AnsweredRow({"text": "a", "text_pair": "b"}, truth, {"similarity": np.array(0.5)})
    assert ChosenTask("text_embedding").build().judged_row(row) is None


def test_similarities_are_drawn_but_not_called_wrong() -> None:
    row = judged("text_embedding", {"text": "a", "text_pair": "b"}, [4.0], similarity=0.5)
    assert (row.numbers, row.error) == ((4.0, 0.5), 0)


def test_guesses_are_as_wrong_as_their_mean_loss() -> None:
    row = judged("masked_lm", {"text": "t"}, [b"t"], mlm_count=4.0, mlm_hits=3.0, mlm_loss=4 * math.log(2))
    assert row.error == pytest.approx(math.log(2))
    assert (row.truth, row.answer) == ("4 hidden pieces", "3 guessed, perplexity 2")
    empty = {name: np.array(0.0) for name in ("mlm_count", "mlm_hits", "mlm_loss")}
    assert ChosenTask("masked_lm").build().judged_row(AnsweredRow({"text": "t"}, [b"t"], empty)) is None
