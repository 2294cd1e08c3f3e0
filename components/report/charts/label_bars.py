"""How the labels are spread over the rows of each split."""

from collections.abc import Sequence

import markupsafe
from matplotlib.axes import Axes

from components.report.charts.svg import SERIES, drawn, shown_name
from components.report.report import LabelRows

_BAR_HEIGHT, _MARGIN = 17.0, 84.0
_MARKS = "sovD"


def label_bars(labels: Sequence[LabelRows]) -> markupsafe.Markup:
    """Draws a bar for each label's share of the train split, and a mark for that of each other split.

    Args:
        labels: Rows by split of each label; the first split is `train`.
    """
    places = range(len(labels))

    def draw(axes: Axes) -> None:
        for number, split in enumerate(labels[0].rows):
            total = sum(label.rows[split] for label in labels) or 1
            shares = [100 * label.rows[split] / total for label in labels]
            if number == 0:
                axes.barh(places, shares, height=0.62, color=SERIES[0], alpha=0.55, label=split)
            else:
                axes.plot(
                    shares, places, linestyle="none", color=SERIES[number % len(SERIES)], markersize=5,
                    marker=_MARKS[number % len(_MARKS)], label=split,
                )  # fmt: skip
        axes.set_yticks(list(places), [shown_name(label.label) for label in labels])
        axes.invert_yaxis()
        axes.grid(axis="y", visible=False)
        axes.tick_params(axis="y", length=0)
        axes.set_title("% of each split's labels", loc="left")
        axes.figure.legend(loc="outside lower center", ncols=len(labels[0].rows))

    return drawn(draw, "Labels: their share of each split", height=_MARGIN + _BAR_HEIGHT * len(labels))
