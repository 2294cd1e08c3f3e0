"""The rule for thresholds that compare with the model in service."""

from collections.abc import Mapping

from components.evaluator.threshold import Threshold
from components.evaluator.verdict import Interval, SliceMetrics

# TFMA's metrics may be float32: what is equal in words must be equal here.
_TOLERANCE = 1e-6


def judge_change(threshold: Threshold, higher_is_better: bool, found: SliceMetrics) -> tuple[bool, str]:
    """Decides on a change.

    A threshold that is `significant` looks at the interval of the difference, on the same rows: a drop fails when even
    the best end of it is worse than allowed, a gain passes when even the worst end of it is enough. Where rows are too
    few for an interval, no drop is excused by that, and no gain is proven.

    Args:
        threshold: What is asked.
        higher_is_better: The metric's direction.
        found: What was measured, with both models' values.

    Returns:
        Whether it holds, and why, as the end of a sentence whose subject is the metric.
    """
    sign = 1 if higher_is_better else -1
    value, of_current = _known(found.candidate, threshold.metric), _known(found.baseline or {}, threshold.metric)
    better_by = sign * (value - of_current)
    is_drop = threshold.rule == "at_most_below_current"
    required = -threshold.bound if is_drop else threshold.bound
    told = f"is {value:.4g}, must be at {'least' if higher_is_better else 'most'} {of_current + sign * required:.4g}"
    against = f"(the model in service has {of_current:.4g}{'' if higher_is_better else '; lower is better'})"
    interval = found.change_intervals.get(threshold.metric)
    if not threshold.significant or (interval is None and is_drop):
        return better_by >= required - _TOLERANCE, f"{told} {against}"
    if interval is None:
        return False, f"{told} beyond chance {against}; there are too few rows to tell"
    worst, best = sorted(sign * end for end in interval)
    passed = best >= required - _TOLERANCE if is_drop else worst >= required - _TOLERANCE
    return (
        passed,
        f"{told} {'within' if is_drop else 'beyond'} chance {against}; {_difference(value - of_current, interval)}",
    )


def _difference(difference: float, interval: Interval) -> str:
    return f"the difference is {difference:+.4g}, from {interval[0]:+.4g} to {interval[1]:+.4g}"


def _known(values: Mapping[str, float | None], metric: str) -> float:
    value = values[metric]
    if value is None:
        raise ValueError(f"{metric} has no value")
    return value
