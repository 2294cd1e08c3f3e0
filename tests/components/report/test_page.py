"""The page as text: what it says, and what it must not."""

import dataclasses
import json
import pathlib
import re
from typing import Any

import pytest

from components.report.outcome import outcome
from components.report.page import render_page
from components.report.report import Report
from components.serving_validator.validation import Validation


def test_nothing_of_the_data_is_taken_for_html(page: pathlib.Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.count("<script") == 1
    assert "&lt;script&gt;" in text
    # Jinja's own braces and matplotlib's formulas do not count in data either.
    assert "{{ 1 }}" in text


def test_ids_are_unique(page: pathlib.Path) -> None:
    text = re.sub(r"<svg.*?</svg>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    ids = re.findall(r" id=\"([^\"]+)\"", text)
    assert len(ids) == len(set(ids))


def test_the_same_report_gives_the_same_page(report: Report, page: pathlib.Path) -> None:
    assert render_page(report) == page.read_text(encoding="utf-8")


def test_numbers_stand_there_with_all_their_digits(page: pathlib.Path) -> None:
    assert '<data value="0.8765432101234">0.8765</data>' in page.read_text(encoding="utf-8")


def test_the_numbers_are_json_too(report: Report) -> None:
    assert json.loads(json.dumps(dataclasses.asdict(report), allow_nan=False))["run"]["name"] == "tickets"


def test_spans_are_named_where_the_data_have_some(report: Report, page: pathlib.Path) -> None:
    assert "Spans:" not in page.read_text(encoding="utf-8")
    data = dataclasses.replace(report.data, spans=("1 to 7", "9<"), missing_spans=("8",))
    assert "<p>Spans: 1 to 7, 9&lt;; not there: 8.</p>" in render_page(dataclasses.replace(report, data=data))


def test_what_a_task_does_not_give_is_left_out(report: Report) -> None:
    without = render_page(
        dataclasses.replace(
            report,
            rows=None,
            serving=Validation(),
            metrics=dataclasses.replace(report.metrics, slices=(), labels=(), checks=(), confidence=None),
            data=dataclasses.replace(
                report.data, labels=(), numbers=(), lengths=(), reasons=(), anomalies=(), damaged=()
            ),
            training=dataclasses.replace(report.training, curves=(), best=None),
        )
    )
    for absent in (
        'id="answers"',
        'id="serving"',
        'id="labels"',
        'id="balance"',
        'id="lengths"',
        'id="rejects"',
        "<svg",
    ):
        assert absent not in without
    assert "No thresholds are configured." in without
    assert "No anomalies" in without


@pytest.mark.parametrize("number", [31, 400])
def test_many_classes_are_no_matrix(report: Report, number: int) -> None:
    names = tuple(f"class {index}" for index in range(number))
    confusion = tuple(tuple(int(row == column) for column in range(number)) for row in range(number))
    rows = dataclasses.replace(report.rows, classes=names, confusion=confusion)  # type: ignore[type-var]
    text = render_page(dataclasses.replace(report, rows=rows))
    assert 'id="confusion"' not in text
    assert 'id="confusions"' in text


@pytest.mark.parametrize(
    ("promoted", "version", "reason", "kind", "sentence"),
    [
        (True, 4, "x", "promoted", "Version 4 is in service. 2 of 2 thresholds hold."),
        (False, 4, "x", "unchanged", "This model is in service already, as version 4: nothing was to be promoted."),
        (False, None, "not blessed: f1 is 0.1", "refused", "Nothing was promoted: not blessed: f1 is 0.1"),
        (False, None, "log " * 900, "refused", f"Nothing was promoted: {'log ' * 99}…"),
    ],
)
def test_the_verdict_in_one_sentence(
    promoted: bool, version: int | None, reason: str, kind: str, sentence: str
) -> None:
    from components.evaluator.verdict import Baseline, Verdict
    from components.promoter.outcome import PromotionOutcome

    verdict = Verdict(True, "2 of 2 thresholds hold.", Baseline(3, "/serving/3"), (), ())
    found = outcome(PromotionOutcome(promoted, version, None, reason), verdict)
    assert (found.kind, found.sentence, found.version, found.current_version) == (kind, sentence, version, 3)


def test_labels_may_hold_what_means_something_to_matplotlib(report: Report) -> None:
    names = ("$x_1$ or $y$", "__init__", "a\x00b", "中文标签", "x" * 200, "<b>&amp;", "--><script>")
    rows = tuple(dataclasses.replace(report.metrics.labels[0], name=name) for name in names)
    text = render_page(dataclasses.replace(report, metrics=dataclasses.replace(report.metrics, labels=rows)))
    chart: Any = next(found for found in re.findall(r"<svg.*?</svg>", text, re.DOTALL) if "accuracy by label" in found)
    for shown in (
        "$x_1$ or $y$",
        "__init__",
        "a\ufffdb",
        "中文标签",
        f"{'x' * 25}…",
        "&lt;b&gt;&amp;amp;",
        "--&gt;&lt;script&gt;",
    ):
        assert f">{shown}<" in chart
    assert text.count("<script") == 1


def test_without_texts_the_page_says_so_and_quotes_nothing(report: Report) -> None:
    text = render_page(
        dataclasses.replace(
            report,
            rows=dataclasses.replace(report.rows, worst=None),  # type: ignore[type-var]
            data=dataclasses.replace(
                report.data,
                reasons=tuple(dataclasses.replace(each, example=None) for each in report.data.reasons),
                anomalies=tuple(dataclasses.replace(each, details=None) for each in report.data.anomalies),
            ),
        )
    )
    assert "<code>report.texts</code> is false" in text
    assert 'id="worst"' not in text
    assert "long long" not in text
