"""Counts and samples of judged rows."""

import dataclasses
import json
import math
import pathlib
import random

import hypothesis
import pytest
from hypothesis import strategies as st

from components.evaluator.row_summary import (
    ClassCount,
    ConfidenceBin,
    DecisionBin,
    RowSummary,
    read_row_summary,
    write_row_summary,
)
from components.evaluator.row_tally import RowTally
from models.tasks.interface.judged_row import Confidence, Decision, JudgedRow


def row(number: int, error: float = 0.0) -> JudgedRow:
    score = number % 100 / 100
    return JudgedRow(
        truth="yes",
        answer=f"answer {number}",
        error=error,
        score=score,
        classes=("yes", "yes" if error == 0 else "no"),
        numbers=(float(number), number / 3),
        confidences=(Confidence(score, error == 0),),
        decisions=(Decision("yes", score, True), Decision("no", 1 - score, False)),
    )


def summary_of(rows: list[tuple[str, JudgedRow]], parts: int = 1) -> RowSummary:
    """Counts rows in several tallies, as Beam's bundles do, and merges these."""
    tallies = [RowTally() for _ in range(parts)]
    for number, (digest, judged) in enumerate(rows):
        tallies[number % parts].add_row(judged, {"text": digest}, digest)
    merged = RowTally()
    for tally in tallies:
        merged.merge(tally)
    return merged.summary()


def many_rows() -> list[tuple[str, JudgedRow]]:
    return [(f"{number * 7919 % 5003:05d}", row(number, number % 977 / 1000)) for number in range(5000)]


@pytest.mark.parametrize("parts", [1, 2, 7])
def test_order_and_bundles_do_not_matter(parts: int) -> None:
    rows = many_rows()
    expected = summary_of(rows)
    random.Random(parts).shuffle(rows)
    assert summary_of(rows, parts) == expected


def test_the_most_wrong_rows_are_kept_and_the_samples_are_bounded() -> None:
    rows = many_rows()
    summary = summary_of(rows, parts=3)
    errors = sorted((judged.error for _, judged in rows), reverse=True)
    assert [found.error for found in summary.worst] == errors[: len(summary.worst)]
    assert len(summary.worst) == 30
    assert len(summary.pairs) == 1000
    assert (summary.num_rows, summary.num_wrong) == (5000, sum(error > 0 for error in errors))


def test_an_unfinished_tally_stays_small() -> None:
    tally = RowTally()
    for digest, judged in many_rows():
        tally.add_row(judged, {"text": "x" * 10_000}, digest)
        assert len(tally.pairs) <= 2000
        assert len(tally.worst) <= 60
    assert all(len(found.texts["text"]) == 2000 for found in tally.worst.values())


def test_counts_by_class_score_and_label() -> None:
    rows = [
        (
            "a",
            JudgedRow("x", "x", 0.0, None, ("x", "x"), None, (Confidence(0.951, True),), (Decision("x", 0.951, True),)),
        ),
        (
            "b",
            JudgedRow("x", "y", 0.3, None, ("x", "y"), None, (Confidence(0.959, False),), (Decision("x", None, True),)),
        ),
        (
            "c",
            JudgedRow("y", "y", 0.0, None, ("y", "y"), None, (Confidence(1.0, True),), (Decision("x", 0.01, False),)),
        ),
    ]
    summary = summary_of(rows)
    assert summary.classes == (ClassCount("x", "x", 1), ClassCount("x", "y", 1), ClassCount("y", "y", 1))
    assert summary.confidences == (
        ConfidenceBin(95, 2, 1, pytest.approx(0.955)),
        ConfidenceBin(99, 1, 1, pytest.approx(1.0)),
    )
    assert summary.decisions == (DecisionBin("x", -1, 1, 0), DecisionBin("x", 1, 0, 1), DecisionBin("x", 95, 1, 0))


def test_a_model_that_answers_no_numbers_is_wrong_and_no_crash(tmp_path: pathlib.Path) -> None:
    broken = JudgedRow(
        "1",
        "nan",
        math.nan,
        math.nan,
        None,
        (1.0, math.nan),
        (Confidence(math.nan, False),),
        (Decision("x", math.nan, True),),
    )
    summary = summary_of([("a", broken), ("b", row(1, 0.5))])
    assert [found.answer for found in summary.worst] == ["nan", "answer 1"]
    assert summary.pairs == ((1.0, 1 / 3),)
    write_row_summary(summary, str(tmp_path))
    assert read_row_summary(str(tmp_path)) == summary


@hypothesis.given(st.lists(st.tuples(st.integers(0, 10**6), st.floats(0, 1)), max_size=40))
@hypothesis.settings(max_examples=30, deadline=None)
def test_what_is_written_is_read_again(values: list[tuple[int, float]]) -> None:
    summary = summary_of([(str(number), row(number, error)) for number, error in values], parts=2)
    assert RowSummary.from_json(json.loads(json.dumps(dataclasses.asdict(summary)))) == summary


def test_evaluations_of_earlier_versions_have_none(tmp_path: pathlib.Path) -> None:
    assert read_row_summary(str(tmp_path)) is None


def test_rows_whose_texts_may_not_be_kept_are_only_counted() -> None:
    tally = RowTally()
    tally.add_row(row(1, error=0.5), None, "a")
    tally.add_row(row(2), None, "b")
    found = tally.summary()
    assert (found.num_rows, found.num_wrong, found.worst) == (2, 1, ())
    assert found.classes
