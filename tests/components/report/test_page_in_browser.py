"""The page in a real browser."""

import pathlib
import re
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _closed(browser: Any) -> Any:
    yield
    browser.call("Page.close")


@pytest.mark.parametrize("dark", [False, True])
def test_it_loads_without_a_complaint(browser: Any, page: pathlib.Path, dark: bool) -> None:
    browser.open(page, dark=dark)
    assert browser.complaints() == []
    assert browser.value("document.title") == "tickets: run 2026-01-02T03-04-05"
    assert browser.value("document.querySelectorAll('svg.chart').length") >= 8
    assert browser.value("document.querySelectorAll('script').length") == 1


def test_it_asks_for_nothing_else(page: pathlib.Path, browser: Any) -> None:
    browser.open(page)
    assert browser.value("performance.getEntriesByType('resource').length") == 0
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page.read_text(encoding="utf-8"))


def test_a_script_in_the_data_stays_text(browser: Any, page: pathlib.Path, report: Any) -> None:
    browser.open(page)
    shown = browser.value("document.querySelector('#worst tbody td').textContent")
    assert shown == report.rows.worst[0].texts["text"]
    assert browser.value("document.querySelector('#confusion tbody th').textContent") == report.rows.classes[0]
    assert "broken" not in browser.value("document.title")


@pytest.mark.parametrize("width", [375, 1200])
@pytest.mark.parametrize("dark", [False, True])
def test_nothing_is_wider_than_the_screen(browser: Any, page: pathlib.Path, width: int, dark: bool) -> None:
    browser.open(page, width=width, dark=dark)
    assert browser.value("innerWidth") == width
    # Wide tables scroll within themselves.
    assert browser.value("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert (
        browser.value("Math.max(...[...document.querySelectorAll('.scroll')].map(each => each.clientWidth))") <= width
    )


def test_tables_sort_by_mouse_and_keyboard(browser: Any, page: pathlib.Path) -> None:
    browser.open(page, width=375)
    errors = "[...document.querySelectorAll('#worst tbody tr')].map(row => row.cells[3].textContent)"
    assert browser.value(errors) == ["0.9000", "0.1000"]
    browser.value("document.querySelectorAll('#worst thead button')[3].click()")
    assert browser.value(errors) == ["0.1000", "0.9000"]
    assert browser.value("document.querySelectorAll('#worst thead th')[3].ariaSort") == "ascending"
    browser.value("document.querySelectorAll('#worst thead button')[3].focus()")
    for kind in ("keyDown", "keyUp"):
        browser.call("Input.dispatchKeyEvent", type=kind, key="Enter", text="\r", windowsVirtualKeyCode=13)
    assert browser.value(errors) == ["0.9000", "0.1000"]
    assert browser.value("document.querySelectorAll('#worst thead th')[3].ariaSort") == "descending"
    assert browser.complaints() == []


def test_what_has_no_number_is_sorted_behind(browser: Any, page: pathlib.Path) -> None:
    browser.open(page)
    browser.value("document.querySelectorAll('#slices thead button')[1].click()")
    names = "[...document.querySelectorAll('#slices tbody tr')].map(row => row.cells[1].textContent.trim().slice(0, 6))"
    assert browser.value(names) == ["0.5000", "0.8765", "1.0000", "–"]


@pytest.mark.parametrize(("dark", "lighter"), [(False, "paper"), (True, "ink")])
def test_charts_take_the_colours_of_the_page(browser: Any, page: pathlib.Path, dark: bool, lighter: str) -> None:
    browser.open(page, dark=dark)
    ink = browser.value("getComputedStyle(document.querySelector('svg.chart text')).fill")
    paper = browser.value("getComputedStyle(document.body).backgroundColor")
    brightness = {
        name: sum(map(int, re.findall(r"\d+", colour)[:3])) for name, colour in (("ink", ink), ("paper", paper))
    }
    assert max(brightness, key=brightness.__getitem__) == lighter
    assert abs(brightness["ink"] - brightness["paper"]) > 450
