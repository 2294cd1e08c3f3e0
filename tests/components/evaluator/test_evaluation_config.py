"""The config section `evaluation`."""

import pydantic
import pytest

from components.evaluator.config import EvaluationConfig, fault_of_thresholds
from components.evaluator.threshold import Threshold
from models.tasks.interface.registry import task_named


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        ({}, "it has none"),
        ({"at_least": 0.5, "at_most": 0.9}, "it has at_least and at_most"),
        ({"at_least": 0.5, "at_most_below_current": 0.1}, "it has at_least and at_most_below_current"),
    ],
)
def test_a_threshold_has_exactly_one_rule(rules, found):
    with pytest.raises(pydantic.ValidationError, match=f"a threshold on accuracy needs exactly one of .*; {found}"):
        Threshold(metric="accuracy", **rules)


@pytest.mark.parametrize("rule", ["at_most_below_current", "at_least_above_current"])
def test_a_change_is_not_negative(rule):
    with pytest.raises(pydantic.ValidationError, match="greater than or equal to 0"):
        Threshold(metric="accuracy", **{rule: -0.01})


def test_bounds_are_finite():
    with pytest.raises(pydantic.ValidationError, match="finite"):
        Threshold(metric="accuracy", at_least=float("nan"))


def test_a_rule_and_its_bound():
    threshold = Threshold(metric="accuracy", at_most_below_current=0)
    assert (threshold.rule, threshold.bound, threshold.is_change) == ("at_most_below_current", 0.0, True)
    assert not Threshold(metric="accuracy", at_least=0.9).is_change


def test_a_misspelt_rule_is_an_error():
    with pytest.raises(pydantic.ValidationError, match="at_lest"):
        Threshold(metric="accuracy", at_lest=0.9)


@pytest.mark.parametrize(
    ("threshold_slice", "message"),
    [
        ({"channel": "email"}, "has slice 'channel': add it to `slices`"),
        ({"text_length": "long"}, "'text_length' has no 'long'; it has 0-50, 51-100"),
    ],
)
def test_a_threshold_on_a_slice_that_is_not_there(threshold_slice, message):
    with pytest.raises(pydantic.ValidationError, match=message):
        EvaluationConfig(thresholds=[{"metric": "accuracy", "at_least": 0.9, "slice": threshold_slice}])


def test_slices_that_are_columns():
    assert EvaluationConfig(slices=["text_length", "channel"]).slice_columns() == ("channel",)


def test_unknown_metrics_in_order_and_once():
    names = ["acuracy", "accuracy", "f1", "acuracy"]
    config = EvaluationConfig(thresholds=[{"metric": name, "at_least": 0.5} for name in names])
    fault = fault_of_thresholds(config, task_named("text_classification"))
    assert fault is not None
    assert fault.startswith("acuracy, f1: not a metric of text_classification, which has accuracy,")


@pytest.mark.parametrize(
    ("task", "metric", "is_known"),
    [
        ("token_classification", "f1/PER", True),
        ("token_classification", "f1/PER/US", True),
        ("token_classification", "f1/", False),
        ("token_classification", "example_count/PER", False),
        ("text_classification", "accuracy/PER", False),
    ],
)
def test_values_for_one_label_are_known_where_a_metric_has_them(task, metric, is_known):
    fault = fault_of_thresholds(EvaluationConfig(thresholds=[{"metric": metric, "at_least": 0.5}]), task_named(task))
    assert (fault is None) is is_known
    if fault and task == "token_classification":
        assert fault.endswith(
            "example_count, and for each label f1/LABEL, precision/LABEL, recall/LABEL, num_entities/LABEL"
        )


@pytest.mark.parametrize("rule", ["at_most_below_current", "at_least_above_current"])
def test_a_count_has_no_better_and_no_worse(rule):
    config = EvaluationConfig(thresholds=[{"metric": "example_count", rule: 5}])
    fault = fault_of_thresholds(config, task_named("text_classification"))
    assert (
        fault == f"{rule}: example_count is neither better nor worse when it changes; bound it by at_least or at_most"
    )


@pytest.mark.parametrize(
    "threshold",
    [{"metric": "example_count", "at_least": 100}, {"metric": "cross_entropy", "at_most_below_current": 0.1}],
)
def test_thresholds_that_fit_the_task(threshold):
    assert fault_of_thresholds(EvaluationConfig(thresholds=[threshold]), task_named("text_classification")) is None


def test_only_a_change_can_be_significant():
    with pytest.raises(pydantic.ValidationError, match="only one by at_most_below_current or at_least_above_current"):
        EvaluationConfig(thresholds=[{"metric": "accuracy", "at_least": 0.5, "significant": True}])


def test_what_is_significant_needs_intervals():
    threshold = {"metric": "accuracy", "at_most_below_current": 0.01, "significant": True}
    with pytest.raises(pydantic.ValidationError, match="that needs a `confidence`"):
        EvaluationConfig(thresholds=[threshold], confidence=None)
    assert EvaluationConfig(thresholds=[threshold]).thresholds[0].significant
