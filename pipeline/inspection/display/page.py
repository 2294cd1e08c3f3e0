"""An inspection as one page of HTML that needs nothing else: no network, no other file."""

import importlib.resources
from collections import Counter
from collections.abc import Mapping

import markupsafe

from components.report.charts.histogram import histogram_chart
from components.report.charts.label_bars import label_bars
from components.report.html_page import render_template
from components.report.report import LabelRows, NumberHistogram
from components.report.text_lengths import length_histogram
from pipeline.inspection.inspection import Inspection

MAX_ROWS = 100
"""Rows of a table; more of them are in the JSON."""
_MAX_BARS = 40


def render_page(found: Inspection) -> str:
    """Renders an inspection.

    Args:
        found: What to show.
    """
    return render_template(
        importlib.resources.files("pipeline.inspection.display") / "template" / "inspection.html.j2",
        found=found,
        charts=_charts(found),
        max_rows=MAX_ROWS,
    )


def _charts(found: Inspection) -> Mapping[str, list[markupsafe.Markup]]:
    labels = found.labels.rows if found.labels else {}
    rows = [LabelRows(label, counts) for label, counts in labels.items()]
    return {
        "labels": [label_bars(rows)] if 0 < len(rows) <= _MAX_BARS else [],
        "lengths": [
            histogram_chart(_histograms(found), "word pieces", "Lengths of the rows", float(found.lengths.limit))
        ],
    }


def _histograms(found: Inspection) -> list[NumberHistogram]:
    counts = found.lengths.counts.items()
    return [length_histogram(part, Counter(lengths)) for part, lengths in counts if lengths]
