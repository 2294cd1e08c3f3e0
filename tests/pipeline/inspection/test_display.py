import dataclasses
import json
from collections.abc import Callable, Sequence
from html.parser import HTMLParser

import pytest

from pipeline.inspection.display.lines import inspection_lines, summary_line
from pipeline.inspection.display.page import MAX_ROWS, render_page
from pipeline.inspection.inspection import Inspection, Suspect, SuspectFacts

Rows = Sequence[tuple[str, str]]

_SCRIPT = "<script>alert('x')</script> & \x1b[31mred\u202e text"


class _Page(HTMLParser):
    """The tags of a page, and the words of its tables by their ids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.tables: dict[str, str] = {}
        self._table = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag == "table":
            self._table = dict(attrs)["id"] or ""

    def handle_data(self, data: str) -> None:
        self.tables[self._table] = self.tables.get(self._table, "") + data


@pytest.fixture
def found(inspect: Callable[..., Inspection], reviews: Rows) -> Inspection:
    """An inspection with something of each kind, and a text and a label that are HTML."""
    hostile = (_SCRIPT, "<b>bold")
    near = (f"{reviews[6][0]}!", "bad")
    inspected = inspect(train=[*reviews, hostile, ("?!", "good"), (reviews[0][0], "bad")], eval=[hostile, near])
    row = inspected.near.pairs[0].first
    suspects = tuple(Suspect(row, "<i>other", 0.01, 0.98) for _ in range(MAX_ROWS + 20))
    facts = SuspectFacts(66, 66, False, 0.9, 0.5, ("<b>bold",), len(suspects), suspects)
    return dataclasses.replace(inspected, suspects=facts, guesses=("header: <u>yes",))


def test_the_page_is_whole_and_what_the_data_hold_is_text(found: Inspection) -> None:
    text = render_page(found)
    page = _Page(text)
    assert {"b", "i", "u"}.isdisjoint(page.tags)
    assert page.tags.count("script") == 1
    assert all(address.startswith(("#", "data:")) for address in page.addresses)
    assert "http://" not in text.replace("http://www.w3.org/", "")
    assert _SCRIPT in page.tables["leak-1"]
    assert "<b>bold" in page.tables["balance"]
    assert page.tables["suspect-table"].count("<i>other") == MAX_ROWS
    assert f"The first {MAX_ROWS} of {MAX_ROWS + 20}" in text
    assert page.tags.count("svg") == 2
    for remark in found.remarks:
        assert remark.sentence in page.tables["remark-table"]
    assert {"files", "parts", "short", "duplicates", "near", "length-table", "strange"} <= page.tables.keys()


def test_without_texts_there_are_none(found: Inspection) -> None:
    hidden = dataclasses.replace(found.near.pairs[0].first, text=None)
    pairs = tuple(dataclasses.replace(pair, first=hidden, second=hidden) for pair in found.near.pairs)
    page = _Page(render_page(dataclasses.replace(found, near=dataclasses.replace(found.near, pairs=pairs))))
    assert "not shown: report.texts is false" in page.tables["near"]
    assert "the food was" not in page.tables["near"]


@pytest.mark.parametrize("width", [40, 80, 110])
def test_lines_fit_and_hold_nothing_that_moves_the_cursor(found: Inspection, width: int) -> None:
    lines = inspection_lines(found, width)
    assert max(map(len, lines)) <= width
    assert all(line.isprintable() for line in lines)
    text = " ".join(" ".join(lines).split())
    for remark in found.remarks:
        assert " ".join(remark.sentence.split()[:4]) in text
    looks = [line for line in lines if line.startswith("!")]
    assert len(looks) == found.num_to_look_at > 3
    assert summary_line(found) == f"{len(looks)} remarks, marked with !, need a look"


def test_the_json_is_all_of_it(found: Inspection) -> None:
    values = json.loads(json.dumps(dataclasses.asdict(found), ensure_ascii=False))
    assert values["leaks"][0]["pairs"][0]["first"]["text"] == _SCRIPT
    assert len(values["suspects"]["suspects"]) == MAX_ROWS + 20
