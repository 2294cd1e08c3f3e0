"""Lays what monitoring found out as one page of HTML that needs nothing else: no network, no other file."""

import importlib.resources
from typing import Any

from components.report.charts.histogram import histogram_chart
from components.report.charts.label_bars import label_bars
from components.report.html_page import render_template
from pipeline.monitoring.check_words import before_and_now, title_of
from pipeline.monitoring.report import MonitorReport
from pipeline.monitoring.tables import left_out

_TEMPLATE = "monitor.html.j2"
_MAX_BARS = 40


def render_page(report: MonitorReport) -> str:
    """Renders a report.

    Args:
        report: What to show.
    """
    return render_template(
        importlib.resources.files("pipeline.monitoring") / "template" / _TEMPLATE,
        report=report,
        verdict=report.verdict(),
        checks=[(check, title_of(check), *before_and_now(check)) for check in report.comparison.checks],
        left_out=left_out(report),
        charts=_charts(report),
    )


def _charts(report: MonitorReport) -> list[Any]:
    found = report.histograms
    charts = []
    if 0 < len(report.labels) <= _MAX_BARS:
        charts.append(label_bars(report.labels))
    for histograms, words, title in (
        (found.confidences, "confidence", "How sure the model was"),
        (found.numbers, "answered number", "Numbers that were answered"),
        (found.lengths, "word pieces", "Lengths of the texts"),
    ):
        if histograms and any(sum(each.counts) for each in histograms):
            charts.append(histogram_chart(histograms, words, title))
    return charts
