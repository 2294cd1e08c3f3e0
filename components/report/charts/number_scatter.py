"""Answered numbers against true ones."""

from collections.abc import Sequence

import markupsafe
from matplotlib.axes import Axes

from components.report.charts.svg import LINE, SERIES, drawn


def number_scatter(pairs: Sequence[tuple[float, float]], have_same_units: bool) -> markupsafe.Markup:
    """Draws a point for each row.

    Args:
        pairs: True and answered numbers.
        have_same_units: Whether answers should equal the truth, so that a line can show where they do.
    """

    def draw(axes: Axes) -> None:
        true, answered = zip(*pairs, strict=True)
        if have_same_units:
            ends = min(true), max(true)
            axes.plot(ends, ends, color=LINE, linestyle="--", linewidth=1)
        axes.scatter(true, answered, s=12, color=SERIES[0], alpha=0.5, linewidths=0)
        axes.set(xlabel="true", ylabel="answered")
        axes.set_title("true and answered numbers", loc="left")

    return drawn(draw, "Answered numbers against true ones", height=240)
