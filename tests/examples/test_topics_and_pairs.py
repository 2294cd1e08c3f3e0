"""The sample data of multi-label classification and of similarity are what their README says."""

import csv
import pathlib
import re
from collections import Counter

import pytest

from models.tasks.multi_label_classification import MultiLabelClassification, MultiLabelOptions
from models.tasks.text_regression import TextRegression
from pipeline.config_files.load_config import load_config

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"


def _rows(name: str) -> list[dict[str, str]]:
    with (EXAMPLES / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def _section(name: str) -> str:
    readme = (EXAMPLES / "data" / "README.md").read_text(encoding="utf-8")
    return readme.partition(f"## `{name}`")[2].partition("\n## ")[0]


@pytest.mark.parametrize("name", ["multi_label.yaml", "similarity.yaml"])
def test_configs_are_valid(name: str) -> None:
    load_config(EXAMPLES / name)


def test_topics_are_counted_in_the_readme() -> None:
    task, rows = MultiLabelClassification(MultiLabelOptions(delimiter=";")), _rows("ticket_topics.csv")
    parsed = [task.parse_row({"text": row["message"], "labels": row["topics"]})["labels"] for row in rows]
    section = _section("ticket_topics.csv")
    stated = {topic.encode(): int(count) for topic, count in re.findall(r"^\| `(\w+)` \| (\d+) \|", section, re.M)}
    assert stated == Counter(label for labels in parsed for label in labels)
    numbers = Counter(len(labels) for labels in parsed)
    assert f"{numbers[0]} messages have no topic, {numbers[1]} one, {numbers[2]} two and {numbers[3]} three." in section
    assert numbers.total() == sum(numbers[count] for count in range(4))
    assert f"{len(rows)} other messages" in section
    assert len({row["message"] for row in rows}) == len(rows)


def test_pairs_are_counted_in_the_readme() -> None:
    task, rows = TextRegression(None, ["text_pair"]), _rows("sentence_pairs.csv")
    parsed = [task.parse_row({"text": row["first"], "text_pair": row["second"], "score": row["grade"]}) for row in rows]
    assert {row["score"] for row in parsed} <= {half / 2 for half in range(11)}
    section = _section("sentence_pairs.csv")
    assert f"{len(rows)} pairs" in section
    assert f"{sum(row['score'] % 1 == 0.5 for row in parsed)} grades are halves" in section
    assert len({(row["first"], row["second"]) for row in rows}) == len(rows)
    grades = Counter(round(float(row["grade"])) for row in rows)
    assert min(grades[grade] for grade in range(6)) >= 15
