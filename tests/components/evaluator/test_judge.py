"""The rules of the verdict."""

import hypothesis
import pytest
from hypothesis import strategies

from components.evaluator.judge import judge
from components.evaluator.threshold import Threshold
from components.evaluator.verdict import Baseline, SliceMetrics, read_verdict, write_verdict
from models.tasks.interface.evaluation import EvaluationMetric

IN_SERVICE = Baseline(3, "serving/3")
KINDS = {"accuracy": EvaluationMetric("Accuracy"), "loss": EvaluationMetric("Loss", higher_is_better=False)}


def _measured(candidate, baseline=None, metric="accuracy", **in_slice):
    of_baseline = None if baseline is None else {metric: baseline}
    return SliceMetrics(slice=in_slice, candidate={metric: candidate}, baseline=of_baseline)


@pytest.mark.parametrize(
    ("rule", "bound", "candidate", "passed"),
    [
        ("at_least", 0.9, 0.9, True),
        ("at_least", 0.9, 0.8999999762, True),  # 0.9 as float32
        ("at_least", 0.9, 0.8999, False),
        ("at_most", 0.9, 0.9, True),
        ("at_most", 0.9, 0.9001, False),
        ("at_most_below_current", 0.05, 0.75, True),
        ("at_most_below_current", 0.05, 0.7499, False),
        ("at_most_below_current", 0.0, 0.9, True),
        ("at_least_above_current", 0.05, 0.85, True),
        ("at_least_above_current", 0.05, 0.8499, False),
        ("at_least", 0.9, None, False),
        ("at_most", 0.9, None, False),
    ],
)
def test_each_rule_at_its_bound(rule, bound, candidate, passed):
    verdict = judge([Threshold(metric="accuracy", **{rule: bound})], KINDS, [_measured(candidate, 0.8)], IN_SERVICE)
    assert verdict.thresholds[0].passed is passed
    assert verdict.blessed is passed


@pytest.mark.parametrize(
    ("rule", "bound", "candidate", "passed"),
    [
        ("at_least", 0.9, 0.9, True),
        ("at_most", 0.9, 0.9001, False),
        ("at_most_below_current", 0.05, 0.85, True),
        ("at_most_below_current", 0.05, 0.8501, False),
        ("at_most_below_current", 0.0, 0.1, True),
        ("at_least_above_current", 0.05, 0.75, True),
        ("at_least_above_current", 0.05, 0.7501, False),
    ],
)
def test_changes_are_in_the_direction_of_the_metric(rule, bound, candidate, passed):
    measured = [_measured(candidate, 0.8, metric="loss")]
    verdict = judge([Threshold(metric="loss", **{rule: bound})], KINDS, measured, IN_SERVICE)
    assert verdict.blessed is passed


def test_the_explanation_gives_the_direction_where_lower_is_better():
    thresholds = [Threshold(metric="loss", at_most_below_current=0.01)]
    verdict = judge(thresholds, KINDS, [_measured(0.9, 0.8, metric="loss")], IN_SERVICE)
    assert verdict.thresholds[0].explanation == (
        "loss is 0.9, must be at most 0.81 (the model in service has 0.8; lower is better)"
    )


def test_the_explanation_gives_the_numbers():
    verdict = judge(
        [Threshold(metric="accuracy", at_most_below_current=0.01)], KINDS, [_measured(0.7, baseline=0.8)], IN_SERVICE
    )
    assert verdict.reason == (
        "1 of 1 thresholds failed: accuracy is 0.7, must be at least 0.79 (the model in service has 0.8)."
    )


def test_a_slice_without_rows_fails():
    threshold = Threshold(metric="accuracy", at_least=0.1, slice={"channel": "fax"})
    verdict = judge([threshold], KINDS, [_measured(0.9), _measured(0.9, channel="email")], Baseline())
    assert verdict.thresholds[0].passed is False
    assert "accuracy (channel=fax) is unknown: no row is in that slice" in verdict.reason


@pytest.mark.parametrize(
    ("baseline", "why"),
    [
        (Baseline(), "no model is in service yet"),
        (Baseline(3, "serving/3", incomparable="its task is ner"), "version 3 in service is not comparable"),
    ],
)
def test_changes_are_skipped_where_nothing_can_be_compared(baseline, why):
    thresholds = [Threshold(metric="accuracy", at_least=0.5), Threshold(metric="accuracy", at_least_above_current=0.1)]
    verdict = judge(thresholds, KINDS, [_measured(0.9)], baseline)
    assert verdict.blessed
    assert [check.passed for check in verdict.thresholds] == [True, None]
    assert why in verdict.thresholds[1].explanation
    assert verdict.reason.startswith("1 of 2 thresholds hold; 1 skipped, since")
    assert why in verdict.reason


def test_a_value_for_one_label_has_the_direction_of_its_metric():
    kinds = {"f1": EvaluationMetric("F1", by_label=True), "gap": EvaluationMetric("G", False, by_label=True)}
    found = SliceMetrics({}, {"f1/PER": 0.7, "gap/PER": 0.7}, {"f1/PER": 0.8, "gap/PER": 0.8})
    thresholds = [Threshold(metric=f"{name}/PER", at_most_below_current=0.05) for name in kinds]
    thresholds.append(Threshold(metric="f1/ORG", at_least=0.1))
    verdict = judge(thresholds, kinds, [found], IN_SERVICE)
    assert [check.passed for check in verdict.thresholds] == [False, True, False]
    assert verdict.thresholds[2].explanation == "f1/ORG has no finite value"


def test_the_model_in_service_is_blessed_whatever_its_metrics():
    baseline = Baseline(3, "serving/3", is_candidate=True)
    verdict = judge([Threshold(metric="accuracy", at_least=0.9)], KINDS, [_measured(0.1)], baseline)
    assert verdict.blessed
    assert verdict.thresholds[0].passed is False
    assert "in service already, as version 3" in verdict.reason


@pytest.mark.parametrize(("metric", "absolute", "sign"), [("accuracy", "at_least", 1), ("loss", "at_most", -1)])
@hypothesis.given(candidate=strategies.floats(0, 1), better_by=strategies.floats(0, 1), bound=strategies.floats(0, 1))
def test_what_passes_stays_passed_when_the_candidate_gets_better(metric, absolute, sign, candidate, better_by, bound):
    rules = (absolute, "at_most_below_current", "at_least_above_current")
    thresholds = [Threshold(metric=metric, **{rule: bound}) for rule in rules]
    before = judge(thresholds, KINDS, [_measured(candidate, 0.5, metric)], IN_SERVICE)
    after = judge(thresholds, KINDS, [_measured(candidate + sign * better_by, 0.5, metric)], IN_SERVICE)
    assert all(late.passed >= early.passed for early, late in zip(before.thresholds, after.thresholds, strict=True))


def test_a_verdict_is_read_as_it_was_written(tmp_path):
    thresholds = [Threshold(metric="accuracy", at_least=0.9, slice={"channel": "é-mail"})]
    metrics = [_measured(0.9, 0.8), _measured(None, 0.8, channel="é-mail")]
    verdict = judge(thresholds, KINDS, metrics, IN_SERVICE)
    write_verdict(verdict, str(tmp_path))
    assert read_verdict(str(tmp_path)) == verdict
    assert verdict.overall() == {"accuracy": 0.9}


@pytest.mark.parametrize(
    ("rule", "bound", "interval", "passed"),
    [
        # The model in service has 0.8, the candidate 0.77: what decides is where the interval of -0.03 lies.
        ("at_most_below_current", 0.0, (-0.07, 0.01), True),
        ("at_most_below_current", 0.0, (-0.05, -0.01), False),
        ("at_most_below_current", 0.02, (-0.05, -0.01), True),
        ("at_most_below_current", 0.02, (-0.04, -0.021), False),
        # Too few rows to tell: the drop itself decides.
        ("at_most_below_current", 0.0, None, False),
        ("at_most_below_current", 0.05, None, True),
    ],
)
def test_a_significant_drop_is_one_beyond_chance(rule, bound, interval, passed):
    verdict = _judge_change(rule, bound, 0.77, interval)
    assert verdict.blessed is passed


@pytest.mark.parametrize(
    ("bound", "interval", "passed"),
    [(0.0, (0.01, 0.05), True), (0.0, (-0.01, 0.07), False), (0.02, (0.01, 0.05), False), (0.0, None, False)],
)
def test_a_significant_gain_is_one_beyond_chance(bound, interval, passed):
    verdict = _judge_change("at_least_above_current", bound, 0.83, interval)
    assert verdict.blessed is passed


@pytest.mark.parametrize(("interval", "passed"), [((0.01, 0.05), False), ((-0.01, 0.07), True)])
def test_where_lower_is_better_a_rise_is_the_drop(interval, passed):
    assert _judge_change("at_most_below_current", 0.0, 0.83, interval, metric="loss").blessed is passed


def test_the_reason_tells_the_interval():
    verdict = _judge_change("at_most_below_current", 0.0, 0.77, (-0.05, -0.01))
    assert verdict.reason == (
        "1 of 1 thresholds failed: accuracy is 0.77, must be at least 0.8 within chance "
        "(the model in service has 0.8); the difference is -0.03, from -0.05 to -0.01."
    )
    assert "there are too few rows to tell" in _judge_change("at_least_above_current", 0.0, 0.83, None).reason


def _judge_change(rule, bound, candidate, interval, metric="accuracy"):
    measured = SliceMetrics(
        {}, {metric: candidate}, {metric: 0.8}, change_intervals={metric: interval} if interval else {}
    )
    return judge([Threshold(metric=metric, significant=True, **{rule: bound})], KINDS, [measured], IN_SERVICE)
