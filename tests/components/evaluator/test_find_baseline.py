"""Which models in service can be compared with a candidate."""

import pathlib
import shutil

import pytest

from components.current_model.record import CurrentModelRecord
from components.evaluator.find_baseline import find_baseline
from components.evaluator.verdict import Baseline
from models.tasks.interface.registry import task_named

EVALUATION = task_named("text_classification").evaluation()


def _find(candidate, current):
    return find_baseline(candidate, CurrentModelRecord(7, str(current)), current, EVALUATION)


def test_none_in_service(build_model):
    assert find_baseline(build_model("candidate"), CurrentModelRecord(), pathlib.Path(), EVALUATION) == Baseline()


def test_another_model_of_the_same_task_labels_and_signature(build_model):
    baseline = _find(build_model("candidate"), build_model("current", confidence=0.6, labels=("c", "a", "b")))
    assert baseline.is_comparable
    assert baseline.version == 7


def test_a_candidate_that_knows_more_labels_is_compared(build_model):
    assert _find(build_model("candidate"), build_model("current", labels=("a", "b"))).is_comparable


def test_a_copy_of_the_candidate(build_model, tmp_path):
    candidate = build_model("candidate")
    copy = shutil.copytree(candidate, tmp_path / "serving" / "7")
    baseline = _find(candidate, copy)
    assert baseline.is_candidate
    assert not baseline.is_comparable


@pytest.mark.parametrize(
    ("changed", "explanation"),
    [
        ({"labels": ("a", "b", "c", "d")}, "it knows the label d, which the candidate does not"),
        ({"labels": ("a", "x", "y")}, "it knows the labels x, y, which the candidate does not"),
        ({"task": "question_answering"}, "its task is question_answering, not text_classification"),
        ({"task": None}, "it does not say which task and labels it has"),
        ({"signature": "serving_default"}, "it has no signature serve_examples"),
    ],
)
def test_what_differs_is_explained(build_model, changed, explanation):
    baseline = _find(build_model("candidate"), build_model("current", **changed))
    assert explanation in baseline.incomparable
    assert not baseline.is_comparable


def test_an_answer_that_metrics_read_is_missing(build_model):
    baseline = _find(build_model("candidate"), build_model("current", prediction="probabilities"))
    assert baseline.incomparable == "its serve_examples answers scores as nothing, not float32 of rank 2"


@pytest.mark.parametrize(
    ("task", "vocabulary", "is_comparable"),
    [
        ("masked_lm", "another", False),
        ("masked_lm", "ours", True),
        # Of an export that did not say it.
        ("masked_lm", "", True),
        ("text_classification", "another", True),
    ],
)
def test_perplexities_of_other_vocabularies_are_not_compared(build_model, task, vocabulary, is_comparable):
    candidate = build_model("candidate", task=task, vocabulary="ours")
    baseline = _find(candidate, build_model("current", task=task, vocabulary=vocabulary, confidence=0.6))
    assert baseline.is_comparable == is_comparable
    assert ("its vocabulary is another one" in baseline.incomparable) != is_comparable


def test_files_that_are_gone(build_model, tmp_path):
    assert _find(build_model("candidate"), tmp_path / "pruned").incomparable == "its files are gone"
