"""The sample messages with entities are what their README says, and rows that the task takes."""

import json
import pathlib
import re
from collections import Counter
from typing import Any

import pytest

from models.named_entities.entity_strings import parse_entity
from models.tasks.token_classification import TokenClassification

DATA = pathlib.Path(__file__).resolve().parents[2] / "examples" / "data"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / "named_entities.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def section() -> str:
    return (DATA / "README.md").read_text(encoding="utf-8").partition("## `named_entities.jsonl`")[2]


def test_readme_gives_the_counts(rows: list[dict[str, Any]], section: str) -> None:
    task = TokenClassification()
    entities = [list(map(parse_entity, task.parse_row(row)["entities"])) for row in rows]  # type: ignore[arg-type]
    stated = {name: int(count) for name, count in re.findall(r"^\| `([A-Z]+)` \| (\d+) \|", section, re.M)}
    assert stated == Counter(entity.type for of_row in entities for entity in of_row)
    assert f"\n{len(rows)} other messages" in section
    assert f"{sum(not of_row for of_row in entities)} messages name nothing" in section


def test_no_message_is_there_twice(rows: list[dict[str, Any]]) -> None:
    assert len({row["text"].lower() for row in rows}) == len(rows)


def test_order_numbers_and_addresses_are_whole(rows: list[dict[str, Any]]) -> None:
    """Nothing that looks like a part of the order number stands beside it."""
    for row in rows:
        for entity in row["entities"]:
            around = row["text"][max(0, entity["start"] - 1) : entity["start"]], row["text"][entity["end"] :][:1]
            assert not any(re.match(r"\w", character, re.ASCII) for character in around), row["text"]
