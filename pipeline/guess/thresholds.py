"""Guesses what a model must reach: more than the commonest label would, and nearly what the model in service does."""

import math
from collections import Counter
from typing import NamedTuple

from pipeline.guess.finding import Finding

_WAY_TO_PERFECT = 0.25
_SKEWED = 0.8
_LEAST_MCC = 0.2
_STEPS = (0.005, 0.01, 0.02, 0.05)
_USUAL_ACCURACY = 0.9


class Thresholds(NamedTuple):
    """The guessed thresholds.

    Attributes:
        rules: As the config has them.
        comment: Why the first is what it is.
        findings: The same for the terminal.
    """

    rules: tuple[dict[str, str | float], ...]
    comment: str
    findings: tuple[Finding, ...]


def guess_thresholds(labels: Counter[str], num_eval_rows: int) -> Thresholds:
    """Returns a floor, and how much worse than the model in service a new one may be.

    Args:
        labels: Rows of each label.
        num_eval_rows: Rows on which models are judged: few of them tell small differences by chance only.
    """
    label, count = labels.most_common(1)[0]
    share = count / labels.total()
    if share > _SKEWED:
        # Accuracy hardly tells a good model there from one that knows a single label.
        floor: dict[str, str | float] = {"metric": "mcc", "at_least": _LEAST_MCC}
        comment = f"always answering {label!r} would be right in {share:.0%} of the rows, and have an MCC of 0"
    else:
        least = round(share + _WAY_TO_PERFECT * (1 - share), 2)
        floor = {"metric": "accuracy", "at_least": least}
        comment = f"always answering {label!r} would reach {share:.2f}; raise it once you know what is possible"
    error = math.sqrt(_USUAL_ACCURACY * (1 - _USUAL_ACCURACY) / max(1, num_eval_rows))
    worse = next((step for step in _STEPS if step >= error), _STEPS[-1])
    change: dict[str, str | float] = {"metric": "accuracy", "at_most_below_current": worse}
    findings = (
        Finding("threshold", f"{floor['metric']} of at least {floor['at_least']:g}", comment),
        Finding(
            "threshold",
            f"accuracy at most {worse:g} below the model in service",
            f"about {num_eval_rows:,} rows to judge by tell no smaller difference",
        ),
    )
    return Thresholds((floor, change), comment, findings)
