"""The rows that the task judges in the pass in which TFMA counts."""

from typing import Any

import pytest

from components.evaluator.row_summary import read_row_summary

ROWS = [
    {
        "text": "abc"[index % 3] + " word" * (1 + index % 40),
        "label": "abc"[(index + (index % 5 == 0)) % 3],
        "channel": "email",
    }
    for index in range(90)
]


@pytest.mark.parametrize("has_baseline", [False, True])
def test_the_candidates_rows_agree_with_tfma(build_model: Any, evaluate: Any, has_baseline: bool) -> None:
    current = build_model("current", reads=10) if has_baseline else None
    evaluated = evaluate(ROWS, build_model("candidate", reads=100), current)
    metrics = evaluated.verdict.metrics[0]
    summary = read_row_summary(evaluated.evaluation_uri)
    assert summary is not None
    right = sum(found.rows for found in summary.classes if found.true == found.answered)
    assert right / len(ROWS) == pytest.approx(metrics.candidate["accuracy"])
    assert metrics.baseline is None or metrics.baseline["accuracy"] != pytest.approx(right / len(ROWS))
    assert (summary.num_rows, summary.num_wrong) == (len(ROWS), len(ROWS) - right)
    wrong = summary.worst[0]
    label = next(row["label"] for row in ROWS if row["text"] == wrong.texts["text"])
    assert wrong.truth == label != wrong.answer
