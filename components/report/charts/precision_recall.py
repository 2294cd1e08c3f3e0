"""What precision costs in recall."""

from collections.abc import Sequence

import markupsafe
from matplotlib.axes import Axes

from components.report.charts.svg import DASHES, INK, SERIES, drawn, shown_name
from components.report.report import LabelCurve


def precision_recall_chart(curves: Sequence[LabelCurve]) -> markupsafe.Markup:
    """Draws precision over recall, for all labels together and for the most frequent ones.

    Args:
        curves: All labels together first.
    """

    def draw(axes: Axes) -> None:
        for number, curve in enumerate(curves):
            points = [(point.recall, point.precision) for point in curve.points if point.precision is not None]
            if points and number == 0:
                axes.plot(*zip(*points, strict=True), color=INK, linewidth=1.8, label="all labels")
            elif points:
                style = (number - 1) % len(SERIES)
                axes.plot(
                    *zip(*points, strict=True), color=SERIES[style], linestyle=DASHES[style], linewidth=1.1,
                    label=shown_name(curve.label),
                )  # fmt: skip
        axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.06), xlabel="recall", ylabel="precision")
        axes.legend(loc="lower left")
        axes.set_title("precision over recall", loc="left")

    return drawn(draw, "Precision over recall, by label", height=240)
