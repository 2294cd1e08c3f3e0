"""The rules by which thresholds and metrics give a verdict."""

from collections.abc import Mapping, Sequence

from components.evaluator.judge_change import judge_change
from components.evaluator.threshold import Threshold
from components.evaluator.verdict import Baseline, SliceMetrics, ThresholdCheck, Verdict
from models.tasks.interface.evaluation import EvaluationMetric, metric_named

# Metrics of TFMA's own are float32: 9 of 10 right is 0.89999998, and must reach `at_least: 0.9`.
_TOLERANCE = 1e-6


def judge(
    thresholds: Sequence[Threshold],
    kinds: Mapping[str, EvaluationMetric],
    metrics: Sequence[SliceMetrics],
    baseline: Baseline,
) -> Verdict:
    """Decides whether a model may go into service.

    Every threshold that can be checked must hold. One that compares with the model in service is skipped where that
    model is missing, not comparable, or the candidate itself; one on a slice without rows fails, since nothing is
    known there. A candidate that is in service already is blessed whatever its metrics: there is nothing to promote.

    Args:
        thresholds: What is asked; those that compare with the model in service name metrics that have a direction.
        kinds: The metrics by name, which know whether higher is better.
        metrics: What was measured, all rows first.
        baseline: The model in service.
    """
    by_slice = {_slice_key(found.slice): found for found in metrics}
    checks = tuple(
        _check(threshold, kind, by_slice.get(_slice_key(threshold.slice)), baseline)
        for threshold in thresholds
        if (kind := metric_named(threshold.metric, kinds))
    )
    blessed = baseline.is_candidate or all(check.passed is not False for check in checks)
    return Verdict(blessed, _reason(checks, baseline), baseline, checks, tuple(metrics))


def slice_name(values: Mapping[str, str]) -> str:
    """A slice in words, such as `channel=email`."""
    return ", ".join(f"{name}={value}" for name, value in sorted(values.items())) or "all rows"


def _check(
    threshold: Threshold, kind: EvaluationMetric, found: SliceMetrics | None, baseline: Baseline
) -> ThresholdCheck:
    value = found.candidate.get(threshold.metric) if found else None
    of_baseline = (found.baseline or {}).get(threshold.metric) if found else None
    passed, explanation = _outcome(threshold, kind, found, baseline)
    return ThresholdCheck(
        metric=threshold.metric,
        slice=dict(threshold.slice),
        rule=threshold.rule,
        bound=threshold.bound,
        value=value,
        baseline_value=of_baseline,
        significant=threshold.significant,
        passed=passed,
        explanation=explanation,
    )


def _outcome(
    threshold: Threshold, kind: EvaluationMetric, found: SliceMetrics | None, baseline: Baseline
) -> tuple[bool | None, str]:
    if threshold.is_change and not baseline.is_comparable:
        return None, f"{_subject(threshold)} was not compared: {_why_not_compared(baseline)}"
    if found is None:
        return False, f"{_subject(threshold)} is unknown: no row is in that slice"
    value = found.candidate.get(threshold.metric)
    of_baseline = (found.baseline or {}).get(threshold.metric)
    if value is None or (threshold.is_change and of_baseline is None):
        return False, f"{_subject(threshold)} has no finite value"
    if threshold.is_change:
        passed, told = judge_change(threshold, bool(kind.higher_is_better), found)
    else:
        passed, told = _judge_value(value, threshold)
    return passed, f"{_subject(threshold)} {told}"


def _judge_value(value: float, threshold: Threshold) -> tuple[bool, str]:
    if threshold.rule == "at_least":
        return value >= threshold.bound - _TOLERANCE, f"is {value:.4g}, must be at least {threshold.bound:.4g}"
    return value <= threshold.bound + _TOLERANCE, f"is {value:.4g}, must be at most {threshold.bound:.4g}"


def _reason(checks: Sequence[ThresholdCheck], baseline: Baseline) -> str:
    if baseline.is_candidate:
        return f"The model is in service already, as version {baseline.version}: there is nothing to promote."
    failed = [check.explanation for check in checks if check.passed is False]
    if failed:
        return f"{len(failed)} of {len(checks)} thresholds failed: {'; '.join(failed)}."
    if not checks:
        return "No thresholds are configured, so every model that can be evaluated passes."
    num_skipped = sum(check.passed is None for check in checks)
    skipped = f"; {num_skipped} skipped, since {_why_not_compared(baseline)}" if num_skipped else ""
    return f"{len(checks) - num_skipped} of {len(checks)} thresholds hold{skipped}."


def _why_not_compared(baseline: Baseline) -> str:
    if baseline.is_candidate:
        return "the model is in service already"
    if baseline.incomparable:
        return f"version {baseline.version} in service is not comparable ({baseline.incomparable})"
    return "no model is in service yet"


def _subject(threshold: Threshold) -> str:
    return f"{threshold.metric} ({slice_name(threshold.slice)})" if threshold.slice else threshold.metric


def _slice_key(values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(values.items()))
