"""What the judged rows of an evaluation tell together, as it stands in a file beside TFMA's results."""

import dataclasses
import json
import pathlib
from collections.abc import Mapping
from typing import Any, NamedTuple

NUM_BINS = 100
"""Scores from 0 to 1 are counted in so many bins of equal width."""

_FILE = "rows.json"


class ClassCount(NamedTuple):
    """The rows of one true class that were given one class."""

    true: str
    answered: str
    rows: int


class ConfidenceBin(NamedTuple):
    """The answers whose scores are in one bin: how many, how many of them are right, and their mean score."""

    bin: int
    answers: int
    right: int
    mean_score: float


class DecisionBin(NamedTuple):
    """How often a label got a score of one bin where it is true, and where it is not; bin -1 is for no score at all."""

    label: str
    bin: int
    true: int
    false: int


@dataclasses.dataclass(frozen=True)
class WrongRow:
    """One of the rows that a model was most wrong about; long texts are cut.

    Attributes:
        texts: By column.
        truth: What is true, in words.
        answer: What was answered, in words.
        error: How wrong that is.
        score: How sure the model was; None where it does not say.
    """

    texts: Mapping[str, str]
    truth: str
    answer: str
    error: float
    score: float | None


@dataclasses.dataclass(frozen=True)
class RowSummary:
    """Counts and samples of judged rows; what the task does not give is empty.

    Attributes:
        num_rows: Rows that the task judged.
        num_wrong: Those of them with an error.
        classes: The confusion matrix, without its zeros.
        confidences: The calibration, without empty bins.
        decisions: What precision and recall follow from, without empty bins.
        pairs: True and answered numbers of a sample of the rows.
        worst: The most wrong rows, the worst first.
    """

    num_rows: int
    num_wrong: int
    classes: tuple[ClassCount, ...]
    confidences: tuple[ConfidenceBin, ...]
    decisions: tuple[DecisionBin, ...]
    pairs: tuple[tuple[float, float], ...]
    worst: tuple[WrongRow, ...]

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "RowSummary":
        """The inverse of `dataclasses.asdict`."""
        return cls(
            num_rows=fields["num_rows"],
            num_wrong=fields["num_wrong"],
            classes=tuple(ClassCount(*values) for values in fields["classes"]),
            confidences=tuple(ConfidenceBin(*values) for values in fields["confidences"]),
            decisions=tuple(DecisionBin(*values) for values in fields["decisions"]),
            pairs=tuple((true, answered) for true, answered in fields["pairs"]),
            worst=tuple(WrongRow(**values) for values in fields["worst"]),
        )


def write_row_summary(summary: RowSummary, uri: str) -> None:
    """Writes a summary into the folder of a ModelEvaluation artifact."""
    text = json.dumps(dataclasses.asdict(summary), ensure_ascii=False, allow_nan=False)
    (pathlib.Path(uri) / _FILE).write_text(text + "\n", encoding="utf-8")


def read_row_summary(uri: str) -> RowSummary | None:
    """Reads what `write_row_summary` left; None in evaluations of before there were any."""
    path = pathlib.Path(uri) / _FILE
    return RowSummary.from_json(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None
