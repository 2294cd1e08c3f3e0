"""Whether a model is right as often as it is sure."""

from collections.abc import Sequence

import markupsafe
from matplotlib.axes import Axes

from components.report.charts.svg import LINE, SERIES, drawn
from components.report.report import CalibrationBin

_LARGEST, _SMALLEST = 140.0, 14.0


def calibration_chart(bins: Sequence[CalibrationBin]) -> markupsafe.Markup:
    """Draws the share of right answers over their scores; the area of a point tells how many answers it stands for.

    Args:
        bins: From the lowest scores to the highest.
    """

    def draw(axes: Axes) -> None:
        most = max(found.answers for found in bins)
        areas = [max(_LARGEST * found.answers / most, _SMALLEST) for found in bins]
        scores, right = [found.mean_score for found in bins], [found.right for found in bins]
        axes.plot((0, 1), (0, 1), color=LINE, linestyle="--", linewidth=1)
        axes.plot(scores, right, color=SERIES[0], linewidth=1)
        axes.scatter(scores, right, s=areas, color=SERIES[0], alpha=0.6, linewidths=0)
        axes.set(
            xlim=(-0.03, 1.03), ylim=(-0.06, 1.06), xlabel="mean score of the answers", ylabel="share that is right"
        )
        axes.set_title("calibration", loc="left")

    return drawn(draw, "Calibration: the share of right answers by their score", height=240)
