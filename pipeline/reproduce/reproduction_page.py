"""What a second run says of the first, for a terminal."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.display.signs import STYLES
from pipeline.reproduce.comparison import Comparison
from pipeline.reproduce.reproduction import Reproduction


def reproduction_page(found: Reproduction) -> RenderableType:
    """Lays out a comparison: first what was not as it was then."""
    return Group(*_parts(found))


def _parts(found: Reproduction) -> Iterator[RenderableType]:
    if found.conditions:
        yield Text("not as it was then", style="bold")
        yield from (Text(f"  {difference}") for difference in found.conditions)
        yield ""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("what", f"run {found.run}", "again", "result"):
        table.add_column(column, overflow="fold")
    for each in found.comparisons:
        table.add_row(each.what, each.recorded, each.again, _result(each))
    yield table


def _result(each: Comparison) -> Text:
    if each.equal is None:
        return Text(f"not compared{f': {each.note}' if each.note else ''}")
    if each.equal:
        return Text(each.note or "equal", style=STYLES["done"])
    return Text(each.note or "differs", style=STYLES["failed"] if each.decides else "")
