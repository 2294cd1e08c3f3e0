"""A metric over the steps of a training."""

import markupsafe
from matplotlib.axes import Axes

from components.report.charts.svg import SERIES, drawn
from components.report.report import Curve


def learning_curve_chart(curve: Curve, kept: tuple[int, float] | None) -> markupsafe.Markup:
    """Draws the train split as a line, and the validation split as points at the ends of epochs.

    Args:
        curve: The metric.
        kept: The validation point of the epoch that was kept, if this is the metric that chose it.
    """

    def draw(axes: Axes) -> None:
        if curve.train:
            axes.plot(*zip(*curve.train, strict=True), color=SERIES[0], linewidth=1.4, label="train")
        if curve.validation:
            axes.plot(
                *zip(*curve.validation, strict=True), color=SERIES[1], linestyle="--", marker="o", markersize=4,
                linewidth=1.2, label="validation",
            )  # fmt: skip
        if kept:
            axes.plot(
                *kept,
                marker="o",
                markersize=10,
                markerfacecolor="none",
                color=SERIES[1],
                linestyle="none",
                label="kept",
            )
        axes.set_xlabel("step")
        axes.set_title(curve.metric, loc="left")
        axes.legend()

    return drawn(draw, f"{curve.metric} by step of the training")
