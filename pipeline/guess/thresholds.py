"""Guesses what a model must reach: more than a constant answer would, and nearly what the model in service does."""

import math
import statistics
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.guess.finding import Finding

_WAY_TO_PERFECT = 0.25
_SKEWED = 0.8
_LEAST_MCC = 0.2
_STEPS = (0.005, 0.01, 0.02, 0.05)
_USUAL_ACCURACY = 0.9

_Rule = dict[str, str | float]


class Thresholds(NamedTuple):
    """The guessed thresholds.

    Attributes:
        rules: As the config has them.
        comment: Why the first is what it is.
        findings: The same for the terminal.
    """

    rules: tuple[_Rule, ...]
    comment: str
    findings: tuple[Finding, ...]


def guess_thresholds(labels: Counter[str], num_eval_rows: int) -> Thresholds:
    """Returns a floor for one label a row, and how much worse than the model in service a new one may be.

    Args:
        labels: Rows of each label.
        num_eval_rows: Rows on which models are judged: few of them tell small differences by chance only.
    """
    label, count = labels.most_common(1)[0]
    share = count / labels.total()
    if share > _SKEWED:
        # Accuracy hardly tells a good model there from one that knows a single label.
        floor: _Rule = {"metric": "mcc", "at_least": _LEAST_MCC}
        comment = f"always answering {label!r} would be right in {share:.0%} of the rows, and have an MCC of 0"
    else:
        floor = {"metric": "accuracy", "at_least": _above(share)}
        comment = f"always answering {label!r} would reach {share:.2f}; raise it once you know what is possible"
    return _with_change(floor, comment, "accuracy", num_eval_rows)


def thresholds_of_label_sets(label_sets: Sequence[Sequence[str]], num_eval_rows: int) -> Thresholds:
    """The same for any number of labels a row.

    Args:
        label_sets: The labels of each row; one has any.
        num_eval_rows: As for `guess_thresholds`.
    """
    labels = Counter(label for labels in label_sets for label in labels)
    label, count = labels.most_common(1)[0]
    micro_f1 = 2 * count / (len(label_sets) + labels.total())
    comment = f"always answering {label!r} would reach {micro_f1:.2f}; raise it once you know what is possible"
    return _with_change({"metric": "micro_f1", "at_least": _above(micro_f1)}, comment, "micro_f1", num_eval_rows)


def thresholds_of_numbers(numbers: Sequence[float], num_eval_rows: int) -> Thresholds:
    """The same for a number a row.

    Args:
        numbers: That of each row.
        num_eval_rows: As for `guess_thresholds`.
    """
    mean, variance = statistics.fmean(numbers), statistics.pvariance(numbers)
    floor: _Rule = {"metric": "mse", "at_most": float(f"{(1 - _WAY_TO_PERFECT) * variance:.2g}")}
    comment = (
        f"always answering the mean, {mean:.3g}, has an MSE of {variance:.2g}; lower it once you know what is possible"
    )
    return _with_change(floor, comment, "pearson", num_eval_rows)


def thresholds_of_floor(metric: str, floor: float, constant: str, num_eval_rows: int) -> Thresholds:
    """The same where a constant answer is worth nothing.

    Args:
        metric: By which models are judged; higher is better.
        floor: What it has to reach.
        constant: Says what is worth how little.
        num_eval_rows: As for `guess_thresholds`.
    """
    comment = f"{constant}; raise it once you know what is possible"
    return _with_change({"metric": metric, "at_least": floor}, comment, metric, num_eval_rows)


def _above(constant: float) -> float:
    return round(constant + _WAY_TO_PERFECT * (1 - constant), 2)


def _with_change(floor: _Rule, comment: str, metric: str, num_eval_rows: int) -> Thresholds:
    error = math.sqrt(_USUAL_ACCURACY * (1 - _USUAL_ACCURACY) / max(1, num_eval_rows))
    worse = next((step for step in _STEPS if step >= error), _STEPS[-1])
    change: _Rule = {"metric": metric, "at_most_below_current": worse}
    bound = f"at least {floor['at_least']:g}" if "at_least" in floor else f"at most {floor['at_most']:g}"
    findings = (
        Finding("threshold", f"{floor['metric']} of {bound}", comment),
        Finding(
            "threshold",
            f"{metric} at most {worse:g} below the model in service",
            f"about {num_eval_rows:,} rows to judge by tell no smaller difference",
        ),
    )
    return Thresholds((floor, change), comment, findings)
