"""What one row of the split that models are judged on tells a person who reads the report."""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


@dataclasses.dataclass(frozen=True)
class AnsweredRow:
    """A row, and what a model answered to it.

    Attributes:
        texts: The texts, by column.
        truth: The values of the evaluation's `label_key`; none where the row has no label.
        answers: The answers by name, as arrays without the batch's axis.
    """

    texts: Mapping[str, str]
    truth: Sequence[Any]
    answers: Mapping[str, Any]

    def true_number(self) -> float:
        """The truth as a number; NaN where the row has none."""
        try:
            return float(self.truth[0]) if self.truth else math.nan
        except ValueError:
            # What Evaluator calls a missing label where it slices by the label's column.
            return math.nan


class Confidence(NamedTuple):
    """How sure a model was of something, from 0 to 1, and whether it was right: gives the calibration."""

    score: float
    is_right: bool


class Decision(NamedTuple):
    """Whether a label is true, and the score that the model gave it: gives precision and recall.

    The score is None for a true label, such as an entity, that the model did not even consider.
    """

    label: str
    score: float | None
    is_true: bool


@dataclasses.dataclass(frozen=True)
class JudgedRow:
    """A row as a task judges it; the report leaves out what a task does not give.

    Attributes:
        truth: What is true, in words.
        answer: What the model answered, in words.
        error: How wrong that is, the greater the worse; 0 where it is right, or where no row is more wrong than others.
        score: How sure the model was, in the units of the served score; None where it does not say.
        classes: The true and the answered class, of a row that has one of each.
        numbers: The true and the answered number, of a row that has one of each.
        confidences: What the calibration is counted from; scores from 0 to 1.
        decisions: What precision and recall are counted from; scores from 0 to 1.
    """

    truth: str
    answer: str
    error: float
    score: float | None = None
    classes: tuple[str, str] | None = None
    numbers: tuple[float, float] | None = None
    confidences: tuple[Confidence, ...] = ()
    decisions: tuple[Decision, ...] = ()
