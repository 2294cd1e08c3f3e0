"""How long a served model takes for texts of each length."""

from collections.abc import Sequence

import markupsafe
from matplotlib.axes import Axes

from components.report.charts.svg import LINE, SERIES, drawn
from components.serving_validator.validation import Latency

_ROW_HEIGHT, _MARGIN = 19.0, 84.0
_MARKS = {"p50_ms": "o", "p95_ms": "s", "p99_ms": "D"}


def latency_chart(latencies: Sequence[Latency]) -> markupsafe.Markup:
    """Draws three percentiles for each length.

    Args:
        latencies: By length, the shortest first.
    """
    places = range(len(latencies))

    def draw(axes: Axes) -> None:
        for place, latency in zip(places, latencies, strict=True):
            axes.plot((latency.p50_ms, latency.p99_ms), (place, place), color=LINE, linewidth=1.5)
        for (name, mark), color in zip(_MARKS.items(), SERIES, strict=False):
            values = [getattr(latency, name) for latency in latencies]
            label = name.removesuffix("_ms")
            axes.plot(values, places, linestyle="none", marker=mark, markersize=5, color=color, label=label)
        axes.set_yticks(list(places), [latency.texts for latency in latencies])
        axes.set_ylim(len(latencies) - 0.5, -0.5)
        axes.set_xlim(left=0)
        axes.grid(axis="y", visible=False)
        axes.tick_params(axis="y", length=0)
        axes.set_title("milliseconds for one text, by its characters", loc="left")
        axes.figure.legend(loc="outside lower center", ncols=len(_MARKS))

    return drawn(draw, "Latency by length of the text", height=_MARGIN + _ROW_HEIGHT * len(latencies))
