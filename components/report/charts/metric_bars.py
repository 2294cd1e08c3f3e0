"""One metric of several groups of rows, side by side."""

from collections.abc import Sequence

import markupsafe
from matplotlib.axes import Axes

from components.report.charts.svg import INK, SERIES, drawn, shown_name
from components.report.report import MetricRow

_BAR_HEIGHT, _MARGIN = 17.0, 62.0


def metric_bars(metric: str, rows: Sequence[MetricRow], group: str) -> markupsafe.Markup:
    """Draws a bar for each group with its interval, and a mark for the model in service.

    Args:
        metric: Which metric.
        rows: The groups, the first on top.
        group: What tells them apart.
    """
    values = [row.values[metric] for row in rows]
    places = range(len(rows))

    def draw(axes: Axes) -> None:
        axes.barh(places, [value.value or 0.0 for value in values], height=0.62, color=SERIES[0], alpha=0.55)
        for place, value in zip(places, values, strict=True):
            if value.interval:
                axes.plot(value.interval, (place, place), color=INK, linewidth=1, marker="|", markersize=5)
        current = [
            (value.current, place) for place, value in zip(places, values, strict=True) if value.current is not None
        ]
        if current:
            axes.plot(*zip(*current, strict=True), color=SERIES[1], marker="D", markersize=4.5, linestyle="none")
        axes.set_yticks(list(places), [shown_name(row.name) for row in rows])
        axes.invert_yaxis()
        axes.grid(axis="y", visible=False)
        axes.tick_params(axis="y", length=0)
        axes.set_title(f"{metric} by {group}{' (◆ in service)' if current else ''}", loc="left")

    return drawn(draw, f"{metric} by {group}", height=_MARGIN + _BAR_HEIGHT * len(rows))
