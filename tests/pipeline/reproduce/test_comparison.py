"""When two runs count as equal, by findings made by hand."""

import dataclasses
import pathlib
from typing import Any

import pytest
import tensorflow as tf

from components.evaluator.verdict import Baseline, SliceMetrics, ThresholdCheck, Verdict
from models.export.expected_answers import ExpectedAnswer
from pipeline.reproduce.comparison import Comparison, Rules, compare
from pipeline.reproduce.difference import Difference, difference_of_answers, difference_of_weights
from pipeline.reproduce.findings import Findings

ROWS = {"rows": 10, "accepted": {"train": 8}, "examples": {"train": 8, "eval": 1}, "rejected": 1, "reasons": {"x": 1}}
ANSWER = ExpectedAnswer({"text": "a"}, {"label": "good", "scores": [0.25, 0.75]})


def _check(rule: str, passed: bool | None) -> ThresholdCheck:
    return ThresholdCheck("accuracy", {}, rule, 0.5, 0.9, None, False, passed, "")


def _verdict(
    accuracy: float | None = 0.9, of_slice: float = 0.8, passed: tuple[bool | None, bool] = (True, True)
) -> Any:
    metrics = (
        SliceMetrics({}, {"accuracy": accuracy, "f1/good": 0.7}, None),
        SliceMetrics({"channel": "mail"}, {"accuracy": of_slice}, None),
    )
    checks = (_check("at_most_below_current", passed[0]), _check("at_least", passed[1]))
    return Verdict(all(value is not False for value in passed), "", Baseline(), checks, metrics)


def _saved(folder: pathlib.Path, value: float) -> pathlib.Path:
    module = tf.Module()
    module.weight = tf.Variable([1.0, value])
    tf.saved_model.save(module, str(folder))
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return _saved(tmp_path_factory.mktemp("model"), 2.0)


@pytest.fixture
def findings(model: pathlib.Path) -> Findings:
    verdict = _verdict()
    labels = ({"label": "good", "rows": 5}, {"label": "bad", "rows": 3})
    return Findings(ROWS, labels, verdict, verdict.overall(), model, (ANSWER,))


def _by_name(one: Findings, other: Findings, rules: Rules) -> dict[str, Comparison]:
    return {each.what: each for each in compare(one, other, rules)}


def _other(findings: Findings, **changes: Any) -> Findings:
    if "verdict" in changes:
        changes["metrics"] = changes["verdict"].overall()
    return dataclasses.replace(findings, **changes)


EXACT = Rules(tolerance=1e-9, equal_bits=True)


def test_equal_findings_are_equal_in_all(findings: Findings) -> None:
    found = compare(findings, findings, EXACT)
    assert [each.what for each in found] == [
        *("rows", "labels", "weights", "predictions for 1 rows of eval", "accuracy", "metrics of slices and labels"),
        *("accuracy at_most_below_current: 0.5", "accuracy at_least: 0.5", "verdict"),
    ]
    assert {each.equal for each in found} == {True}


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"rows": {**ROWS, "reasons": {"y": 1}}}, ["rows"]),
        ({"labels": ({"label": "good", "rows": 4}, {"label": "bad", "rows": 4})}, ["labels"]),
        ({"verdict": _verdict(accuracy=0.9 + 1e-6)}, ["accuracy"]),
        ({"verdict": _verdict(accuracy=None)}, ["accuracy"]),
        ({"verdict": _verdict(of_slice=0.7)}, ["metrics of slices and labels"]),
        ({"verdict": _verdict(passed=(True, False))}, ["accuracy at_least: 0.5", "verdict"]),
        ({"answers": (dataclasses.replace(ANSWER, answer={"label": "bad", "scores": [0.25, 0.75]}),)}, ["predictions"]),
    ],
)
def test_what_differs_is_named(findings: Findings, changes: dict[str, Any], what: list[str]) -> None:
    found = compare(findings, _other(findings, **changes), EXACT)
    assert [each.what.partition(" for ")[0] for each in found if each.equal is False] == what
    assert all(each.decides for each in found)


def test_metrics_within_the_tolerance_are_equal(findings: Findings) -> None:
    found = _by_name(findings, _other(findings, verdict=_verdict(accuracy=0.91)), Rules(0.02, equal_bits=False))
    assert found["accuracy"].equal
    assert found["accuracy"].note == "largest difference 0.01"


def test_other_weights_decide_only_where_bits_have_to_be_equal(findings: Findings, tmp_path: pathlib.Path) -> None:
    others = _other(findings, model=_saved(tmp_path, 2.5))
    for equal_bits in (True, False):
        found = _by_name(findings, others, Rules(1e-9, equal_bits))["weights"]
        assert (found.equal, found.note, found.decides) == (False, "largest difference 0.5", equal_bits)


def test_without_the_baseline_what_compares_with_it_is_left_out(findings: Findings) -> None:
    others = _other(findings, verdict=_verdict(passed=(None, True)))
    found = _by_name(findings, others, Rules(1e-9, True, without_baseline="version 3 is gone"))
    for what in ("accuracy at_most_below_current: 0.5", "verdict"):
        assert (found[what].equal, found[what].note) == (None, "version 3 is gone")
    assert found["accuracy at_least: 0.5"].equal
    assert _by_name(findings, others, EXACT)["accuracy at_most_below_current: 0.5"].equal is False


def test_a_model_that_was_in_service_itself_has_no_baseline_to_compare_with(findings: Findings) -> None:
    itself = dataclasses.replace(_verdict(passed=(None, True)), baseline=Baseline(1, "/1", is_candidate=True))
    found = _by_name(_other(findings, verdict=itself), findings, EXACT)
    for what in ("accuracy at_most_below_current: 0.5", "verdict"):
        assert (found[what].equal, found[what].note) == (None, "the run's model was in service itself")
    assert _by_name(*[_other(findings, verdict=itself)] * 2, EXACT)["verdict"].equal


def test_results_that_were_removed_are_not_compared(findings: Findings) -> None:
    removed = dataclasses.replace(findings, rows=None, labels=None, verdict=None, model=None, answers=None)
    found = _by_name(removed, findings, EXACT)
    gone = dict.fromkeys(("rows", "labels", "weights", "predictions", "verdict"))
    assert {name: each.equal for name, each in found.items()} == {**gone, "accuracy": True}


@pytest.mark.parametrize(
    ("other", "difference"),
    [
        ({"label": "good", "scores": [0.25, 0.75]}, Difference(6, 0.0)),
        ({"label": "good", "scores": [0.25, 0.5]}, Difference(6, 0.25)),
        ({"label": "bad", "scores": [0.25, 0.75]}, Difference(6, 0.0, others=1)),
        ({"label": "good", "scores": [0.25]}, Difference(0, None)),
        ({"label": "good", "values": [0.25, 0.75]}, Difference(6, 0.0, others=1)),
    ],
)
def test_answers_are_compared_value_by_value(other: dict[str, Any], difference: Difference) -> None:
    found = difference_of_answers([ANSWER], [ExpectedAnswer({"text": "a"}, other)])
    assert dataclasses.replace(found, values=difference.values) == difference
    assert difference_of_answers([ANSWER], [ExpectedAnswer({"text": "b"}, ANSWER.answer)]).largest is None


def test_weights_of_another_form(model: pathlib.Path, tmp_path: pathlib.Path) -> None:
    module = tf.Module()
    module.weight = tf.Variable([1.0, 2.0, 3.0])
    tf.saved_model.save(module, str(tmp_path))
    assert str(difference_of_weights(model, tmp_path)) == "of another form"
    assert str(difference_of_weights(model, model)) == "equal"
