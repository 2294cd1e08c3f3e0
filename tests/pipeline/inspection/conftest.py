"""Data files and inspections of them."""

import pathlib
from collections.abc import Callable, Sequence

import pytest

from pipeline.guess.named_columns import NamedColumns
from pipeline.inspection.inspect_data import Effort, inspect_data
from pipeline.inspection.inspection import Inspection
from pipeline.inspection.reading.target import choose_target

Rows = Sequence[tuple[str, str]]
Inspect = Callable[..., Inspection]

GOOD, BAD = ("good", "great", "fine"), ("bad", "awful", "poor")


@pytest.fixture(scope="session")
def reviews() -> Rows:
    """Different reviews that are good or bad by a word of a tiny vocabulary."""
    places = ("at home", "in the hotel", "on a train", "by the sea", "in town", "at work", "over there", "near us")
    numbered = list(enumerate(places * 4))
    good = [(f"{place} number {number} the food was {GOOD[number % 3]}", "good") for number, place in numbered]
    bad = [(f"{BAD[number % 3]} is what I call {number} dishes {place}", "bad") for number, place in numbered]
    return [row for both in zip(good, bad, strict=True) for row in both]


@pytest.fixture
def inspect(tmp_path: pathlib.Path, tiny_preset: str) -> Inspect:
    """Inspects files of texts and labels, by their names."""

    def inspected(effort: Effort | None = None, **files: Rows) -> Inspection:
        paths = []
        for name, rows in files.items():
            paths.append(tmp_path / f"{name}.tsv")
            lines = ["text\tlabel", *(f"{text}\t{label}" for text, label in rows)]
            paths[-1].write_text("\n".join(lines) + "\n", encoding="utf-8")
        return inspect_data(choose_target(paths, NamedColumns(), tiny_preset), effort or Effort(max_label_rows=0))

    return inspected
