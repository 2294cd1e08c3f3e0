"""Lines that fit: whole parts are left out, the least important first, and no number is ever cut."""

import dataclasses
from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.text import Text

_GAP = "  "


@dataclasses.dataclass(frozen=True)
class Part:
    """A part of a line.

    Attributes:
        text: What it says; spaces at its end are padding.
        rank: Parts of a higher rank are left out before those of a lower; among equals the last one is.
        style: Rich's.
    """

    text: str
    rank: int
    style: str = ""


def fitted_line(parts: Sequence[Part], width: int, gap: str = _GAP) -> Text:
    """Joins those parts that fit.

    Args:
        parts: In the order in which they are shown.
        width: Cells.
        gap: Between two parts.

    Returns:
        A line of at most `width` cells; empty where not even the most important part fits.
    """
    kept = list(parts)
    while kept and _width(kept, gap) > width:
        last_of_highest_rank = max(range(len(kept)), key=lambda index: (kept[index].rank, index))
        del kept[last_of_highest_rank]
    line = Text(no_wrap=True)
    for index, part in enumerate(kept):
        line.append(gap if index else "").append(part.text, part.style)
    line.rstrip()
    return line


def shortened(text: str, width: int, ellipsis: str = "…") -> str:
    """Cuts words to a width in cells, and says so."""
    if cell_len(text) <= width:
        return text
    return (set_cell_size(text, width - cell_len(ellipsis)).rstrip() + ellipsis) if width > cell_len(ellipsis) else ""


def _width(parts: Sequence[Part], gap: str) -> int:
    return cell_len(gap.join(part.text for part in parts).rstrip())
