"""What the evaluation measured, laid out for tables and charts."""

from collections.abc import Mapping

from components.evaluator.judge import slice_name
from components.evaluator.verdict import Interval, SliceMetrics, ThresholdCheck, Verdict
from components.report.report import MetricFacts, MetricRow, MetricValue, ThresholdFacts
from models.tasks.interface.evaluation import EvaluationMetric, name_of_label, split_name


def metric_facts(
    verdict: Verdict, metrics: Mapping[str, EvaluationMetric], split: str, confidence: float | None
) -> MetricFacts:
    """Lays a verdict out.

    Args:
        verdict: What Evaluator found.
        metrics: The task's metrics.
        split: What it was judged on.
        confidence: That of the intervals.
    """
    overall, *slices = verdict.metrics
    return MetricFacts(
        split=split,
        confidence=confidence,
        directions={name: metric.higher_is_better for name, metric in metrics.items()},
        overall=MetricRow("", slice_name({}), _values(overall, metrics)),
        slices=tuple(_slice(found, metrics) for found in slices),
        labels=_labels(overall),
        checks=tuple(map(_check, verdict.thresholds)),
        has_current=overall.baseline is not None,
        incomparable=verdict.baseline.incomparable,
    )


def _slice(found: SliceMetrics, metrics: Mapping[str, EvaluationMetric]) -> MetricRow:
    if len(found.slice) > 1:
        return MetricRow(", ".join(sorted(found.slice)), slice_name(found.slice), _values(found, metrics))
    ((group, name),) = found.slice.items()
    return MetricRow(group, name, _values(found, metrics))


def _labels(overall: SliceMetrics) -> tuple[MetricRow, ...]:
    names = [split_name(name) for name in overall.candidate if split_name(name)[1]]
    metrics = list(dict.fromkeys(metric for metric, _ in names))
    return tuple(
        MetricRow("label", label, {metric: _value(overall, name_of_label(metric, label)) for metric in metrics})
        for label in dict.fromkeys(label for _, label in names)
    )


def _values(found: SliceMetrics, metrics: Mapping[str, EvaluationMetric]) -> dict[str, MetricValue]:
    return {name: _value(found, name) for name in metrics}


def _value(found: SliceMetrics, name: str) -> MetricValue:
    return MetricValue(
        value=found.candidate.get(name),
        interval=_interval(found.candidate_intervals, name),
        current=(found.baseline or {}).get(name),
        current_interval=_interval(found.baseline_intervals, name),
        change_interval=_interval(found.change_intervals, name),
    )


def _interval(intervals: Mapping[str, Interval], name: str) -> Interval | None:
    # Bounds such as 1 come back from JSON as whole numbers.
    return (float(intervals[name][0]), float(intervals[name][1])) if name in intervals else None


def _check(check: ThresholdCheck) -> ThresholdFacts:
    rule = f"{check.metric} {check.rule.replace('_', ' ')} {check.bound:g}"
    return ThresholdFacts(rule, slice_name(check.slice), check.passed, check.explanation)
