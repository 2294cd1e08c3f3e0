"""Reads the page of a run as a program would: its tables, with the exact numbers in them."""

import dataclasses
import pathlib
from collections.abc import Callable
from html.parser import HTMLParser

import pytest


@dataclasses.dataclass
class Cell:
    """A cell of a table: its words, the exact numbers in it, and where it links to."""

    text: str = ""
    numbers: list[float] = dataclasses.field(default_factory=list)
    link: str = ""


class Page(HTMLParser):
    """The tables of a page by their ids, each a list of rows, its head first; and the texts of other elements."""

    def __init__(self, path: pathlib.Path) -> None:
        super().__init__()
        self.path = path
        self.tables: dict[str, list[list[Cell]]] = {}
        self.texts: dict[str, str] = {}
        self.num_charts = 0
        self._table = self._id = ""
        self._cell: Cell | None = None
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._id = values.get("id", self._id)
        self.num_charts += tag == "svg"
        if tag == "table":
            self._table = values["id"]
            self.tables[self._table] = []
        elif tag == "tr":
            self.tables[self._table].append([])
        elif tag in ("td", "th"):
            self._cell = Cell()
            self.tables[self._table][-1].append(self._cell)
        elif tag == "data" and self._cell:
            self._cell.numbers.append(float(values["value"]))
        elif tag == "a" and self._cell:
            self._cell.link = values["href"]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell:
            self._cell.text = " ".join(f"{self._cell.text} {data}".split())
        self.texts[self._id] = " ".join(f"{self.texts.get(self._id, '')} {data}".split())

    def column(self, table: str, name: str) -> list[Cell]:
        """The cells below a head."""
        head, *rows = self.tables[table]
        number = [cell.text for cell in head].index(name)
        return [row[number] for row in rows]


@pytest.fixture(scope="session")
def page_of() -> Callable[[pathlib.Path], Page]:
    """Reads the newest page of a runs folder."""

    def read(runs_folder: pathlib.Path) -> Page:
        pages = runs_folder.glob("artifacts/Report/report/*/report.html")
        return Page(max(pages, key=lambda page: int(page.parent.name)))

    return read
