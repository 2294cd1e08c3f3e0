"""Lays a report out as one page of HTML that needs nothing else: no network, no other file."""

import importlib.resources
from collections.abc import Sequence
from typing import Any

import markupsafe
import yaml

from components.report.charts.calibration import calibration_chart
from components.report.charts.histogram import histogram_chart
from components.report.charts.label_bars import label_bars
from components.report.charts.latency import latency_chart
from components.report.charts.learning_curve import learning_curve_chart
from components.report.charts.metric_bars import metric_bars
from components.report.charts.number_scatter import number_scatter
from components.report.charts.precision_recall import precision_recall_chart
from components.report.html_page import render_template
from components.report.report import MetricRow, Report

_MAX_CURVES, _MAX_LABEL_CURVES, _MAX_BARS, _MAX_CLASSES = 4, 6, 40, 30


def render_page(report: Report) -> str:
    """Renders a report.

    Args:
        report: What to show.
    """
    return render_template(
        importlib.resources.files("components.report") / "template" / "report.html.j2",
        report=report,
        charts=_charts(report),
        config=yaml.safe_dump(dict(report.run.config), sort_keys=False, allow_unicode=True),
        max_classes=_MAX_CLASSES,
    )


def _charts(report: Report) -> dict[str, Any]:
    """The charts by section; those that a report has nothing for are absent."""
    return {
        "latency": [latency_chart(report.serving.latencies)] if report.serving.latencies else [],
        "curves": [
            learning_curve_chart(curve, report.training.best if curve.metric == report.training.monitor else None)
            for curve in report.training.curves[:_MAX_CURVES]
        ],
        "slices": _bars_by_group(report),
        "labels": _bars(report.metrics.labels, "label"),
        "rows": _row_charts(report),
        "lengths": [
            histogram_chart(each.splits, f"word pieces ({each.feature})", "Lengths of the texts", each.limit)
            for each in report.data.lengths
        ],
        "balance": [label_bars(report.data.labels)] if 0 < len(report.data.labels) <= _MAX_BARS else [],
        "numbers": [histogram_chart(report.data.numbers, "true number", "Numbers to be learnt")]
        if report.data.numbers
        else [],
    }


def _bars_by_group(report: Report) -> list[markupsafe.Markup]:
    groups = dict.fromkeys(row.group for row in report.metrics.slices)
    found = [_bars([row for row in report.metrics.slices if row.group == group], group) for group in groups]
    return [chart for charts in found for chart in charts]


def _bars(rows: Sequence[MetricRow], group: str) -> list[markupsafe.Markup]:
    """Bars of the first metric, which is the one that a task names first; none of too many rows to be looked at."""
    if not 0 < len(rows) <= _MAX_BARS:
        return []
    metric = next(iter(rows[0].values))
    is_known = any(row.values[metric].value is not None for row in rows)
    return [metric_bars(metric, rows, group)] if is_known else []


def _row_charts(report: Report) -> list[markupsafe.Markup]:
    rows = report.rows
    if rows is None:
        return []
    charts = []
    if rows.calibration:
        charts.append(calibration_chart(rows.calibration))
    if rows.curves:
        charts.append(precision_recall_chart(rows.curves[: 1 + _MAX_LABEL_CURVES]))
    if rows.pairs:
        charts.append(number_scatter(rows.pairs, have_same_units=rows.num_wrong > 0))
    return charts
