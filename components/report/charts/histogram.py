"""How numbers are spread, in each split."""

from collections.abc import Sequence

import markupsafe
from matplotlib.axes import Axes

from components.report.charts.svg import DASHES, INK, SERIES, drawn
from components.report.report import NumberHistogram


def histogram_chart(
    splits: Sequence[NumberHistogram], label: str, title: str, limit: float | None = None
) -> markupsafe.Markup:
    """Draws which share of each split's rows lies in each bucket: splits differ in size.

    Args:
        splits: One histogram for each split.
        label: What the numbers are.
        title: For those who cannot see it.
        limit: A number to mark.
    """

    def draw(axes: Axes) -> None:
        for number, (split, color) in enumerate(zip(splits, SERIES, strict=False)):
            shares = [100 * count / (sum(split.counts) or 1) for count in split.counts]
            axes.stairs(shares, split.edges, color=color, linestyle=DASHES[number], linewidth=1.4, label=split.split)
        if splits:
            axes.stairs(
                [100 * c / (sum(splits[0].counts) or 1) for c in splits[0].counts],
                splits[0].edges,
                color=SERIES[0],
                alpha=0.2,
                fill=True,
            )
        if limit is not None:
            axes.axvline(limit, color=INK, linewidth=0.8, linestyle=":", label=f"limit {limit:g}")
        axes.set_xlabel(label)
        axes.set_ylabel("% of the split's rows")
        axes.legend()

    return drawn(draw, title)
