"""Draws with matplotlib, and makes of the drawing a piece of SVG that belongs into a page."""

import io
import re
import unicodedata
import warnings
from collections.abc import Callable

import markupsafe
import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

INK, LINE = "#010101", "#020202"
"""Stand for the page's colours of text and of thin lines."""
SERIES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Okabe and Ito's palette, which colour-blind people can tell apart; the page has brighter ones for dark screens."""
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 2)))
"""Lines differ by more than their colours, for prints in grey."""

# Points of 1/72 inch, which are the units of the SVG; text has 9 of them.
WIDTH, HEIGHT = 330.0, 210.0
_MAX_NAME = 26

_STYLE = {
    "svg.fonttype": "none",
    # The same drawing gives the same bytes.
    "svg.hashsalt": "bertline",
    # Labels of the data may hold dollar signs.
    "text.parse_math": False,
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": LINE,
    "axes.titlesize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": LINE,
    "grid.linewidth": 0.5,
    "xtick.color": LINE,
    "ytick.color": LINE,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
}


def drawn(draw: Callable[[Axes], None], title: str, height: float = HEIGHT, width: float = WIDTH) -> markupsafe.Markup:
    """Draws a chart.

    Args:
        draw: Draws on the axes that it is given.
        title: What it shows, for those who cannot see it.
        height: In points.
        width: In points.

    Returns:
        An `svg` element.
    """
    with mpl.rc_context(_STYLE), warnings.catch_warnings():
        # The browser has fonts for what matplotlib's own, which only measures here, does not know.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = Figure(figsize=(width / 72, height / 72), layout="constrained")
        draw(figure.add_subplot())
        file = io.StringIO()
        FigureCanvasSVG(figure).print_svg(file, metadata={"Date": None, "Creator": None})
    return _inline(file.getvalue(), title)


def shown_name(name: str) -> str:
    """A name that comes from the data, short and without control characters."""
    shown = "".join("\ufffd" if unicodedata.category(character) == "Cc" else character for character in name)
    return shown if len(shown) <= _MAX_NAME else f"{shown[: _MAX_NAME - 1]}…"


def _inline(svg: str, title: str) -> markupsafe.Markup:
    """Takes from a file of matplotlib's what a page needs, in the page's colours and font."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    # It would hold for the whole page.
    body = re.sub(r"<style\b.*?</style>", "", body, flags=re.DOTALL)
    body = re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL)
    # Groups have names that every drawing repeats; only what is referred to needs one.
    referred = set(re.findall(r"(?:href=\"|url\()#([^\")]+)", body))
    body = re.sub(r" id=\"([^\"]*)\"", lambda found: found[0] if found[1] in referred else "", body)
    body = re.sub(r"font: ([^;\"]*?)([\d.]+)px [^;\"]*", r"font-size: \2px", body)
    for color, variable in {INK: "currentColor", LINE: "var(--line)"}.items():
        body = body.replace(color, variable)
    for number, color in enumerate(SERIES):
        body = body.replace(color, f"var(--series-{number})")
    view_box = re.search(r"viewBox=\"[^\"]*\"", body)
    attributes = f'class="chart" role="img" aria-label="{markupsafe.escape(title)}"'
    rest = body[body.index(">", body.index("<svg")) + 1 :]
    return markupsafe.Markup(  # noqa: S704 (matplotlib escapes the texts, and the title is escaped)
        f"<svg {attributes} {view_box[0] if view_box else ''}>{rest}".strip()
    )
