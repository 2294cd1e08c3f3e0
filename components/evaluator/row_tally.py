"""Counts and samples judged rows in bounded memory: the same for the same rows, whatever their order."""

import dataclasses
import math
from collections import Counter
from collections.abc import Mapping
from typing import Any, TypeVar

from components.evaluator.row_summary import (
    NUM_BINS,
    ClassCount,
    ConfidenceBin,
    DecisionBin,
    RowSummary,
    WrongRow,
)
from models.tasks.interface.judged_row import JudgedRow

_NUM_WORST = 30
_NUM_PAIRS = 1000
_MAX_CHARACTERS = 2000
_NO_SCORE = -1
_MILLION = 1_000_000
_NOT_A_NUMBER = 1e9
"""Stands for an error that is infinite or no number, as of a model whose training has come apart."""

_Item = TypeVar("_Item")


@dataclasses.dataclass
class RowTally:
    """Counts of rows so far; all are whole numbers, whose sums know no order.

    Attributes:
        counts: `rows` and `wrong`.
        classes: Rows by true and answered class.
        answers: Answers by bin of the score.
        right: Those of them that are right.
        millionths: The sums of their scores.
        true: Decisions on labels that are true, by label and bin.
        false: The same on labels that are not.
        pairs: True and answered numbers of the rows with the lowest digests, which are as good as random.
        worst: The most wrong rows, by error and digest.
    """

    counts: Counter[str] = dataclasses.field(default_factory=Counter)
    classes: Counter[tuple[str, str]] = dataclasses.field(default_factory=Counter)
    answers: Counter[int] = dataclasses.field(default_factory=Counter)
    right: Counter[int] = dataclasses.field(default_factory=Counter)
    millionths: Counter[int] = dataclasses.field(default_factory=Counter)
    true: Counter[tuple[str, int]] = dataclasses.field(default_factory=Counter)
    false: Counter[tuple[str, int]] = dataclasses.field(default_factory=Counter)
    pairs: dict[str, tuple[float, float]] = dataclasses.field(default_factory=dict)
    worst: dict[tuple[float, str], WrongRow] = dataclasses.field(default_factory=dict)

    def add_row(self, row: JudgedRow, texts: Mapping[str, str] | None, digest: str) -> None:
        """Counts one row.

        Args:
            row: What the task says of it.
            texts: Its texts by column; None where none may be kept, so that it is only counted.
            digest: A hash of all that the row is.
        """
        self.counts["rows"] += 1
        if row.classes:
            self.classes[row.classes] += 1
        for score, is_right in row.confidences:
            if not math.isfinite(score):
                continue
            self.answers[_bin(score)] += 1
            self.right[_bin(score)] += is_right
            self.millionths[_bin(score)] += round(score * _MILLION)
        for label, label_score, is_true in row.decisions:
            (self.true if is_true else self.false)[label, _bin(label_score)] += 1
        if row.numbers and all(map(math.isfinite, row.numbers)):
            self.pairs[digest] = row.numbers
        self._add_error(row, texts, digest)
        self._cut(slack=2)

    def _add_error(self, row: JudgedRow, texts: Mapping[str, str] | None, digest: str) -> None:
        # Not a digit more: the last ones of the same row differ from batch to batch.
        error = round(row.error, 4) if math.isfinite(row.error) else _NOT_A_NUMBER
        if error > 0:
            self.counts["wrong"] += 1
            if texts is None:
                return
            texts = {name: text[:_MAX_CHARACTERS] for name, text in texts.items()}
            truth, answer = row.truth[:_MAX_CHARACTERS], row.answer[:_MAX_CHARACTERS]
            score = row.score if row.score is not None and math.isfinite(row.score) else None
            self.worst[-error, digest] = WrongRow(texts, truth, answer, error, score)

    def merge(self, other: "RowTally") -> None:
        """Adds what another has counted."""
        for name in ("counts", "classes", "answers", "right", "millionths", "true", "false"):
            getattr(self, name).update(getattr(other, name))
        self.pairs.update(other.pairs)
        self.worst.update(other.worst)
        self._cut()

    def _cut(self, slack: int = 1) -> None:
        """Drops what is over the bounds; with slack only now and then, since it sorts."""
        if len(self.pairs) > slack * _NUM_PAIRS:
            self.pairs = _first(self.pairs, _NUM_PAIRS)
        if len(self.worst) > slack * _NUM_WORST:
            self.worst = _first(self.worst, _NUM_WORST)

    def summary(self) -> RowSummary:
        """What was counted, sorted."""
        return RowSummary(
            num_rows=self.counts["rows"],
            num_wrong=self.counts["wrong"],
            classes=tuple(ClassCount(*pair, rows) for pair, rows in sorted(self.classes.items())),
            confidences=tuple(
                ConfidenceBin(number, answers, self.right[number], self.millionths[number] / answers / _MILLION)
                for number, answers in sorted(self.answers.items())
            ),
            decisions=tuple(
                DecisionBin(*key, self.true[key], self.false[key]) for key in sorted(self.true.keys() | self.false)
            ),
            pairs=tuple(_first(self.pairs, _NUM_PAIRS).values()),
            worst=tuple(_first(self.worst, _NUM_WORST).values()),
        )


def _bin(score: float | None) -> int:
    if score is None or not math.isfinite(score):
        return _NO_SCORE
    return min(max(int(score * NUM_BINS), 0), NUM_BINS - 1)


def _first(items: Mapping[Any, _Item], number: int) -> dict[Any, _Item]:
    return {key: items[key] for key in sorted(items)[:number]}
