"""The sample data of question answering are what their README says."""

import json
import pathlib
import re
from typing import Any

import pytest

from components.text_example_gen.config import SPLITS
from components.text_example_gen.content_hash import split_by_hash
from components.text_example_gen.readers.squad import read_squad
from models.tasks.question_answering import QuestionAnswering
from pipeline.config_files.load_config import load_config

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    with (EXAMPLES / "data" / "help_pages.json").open("rb") as file:
        records = list(read_squad(file))
    assert all(record.values is not None for record in records)
    return [dict(record.values or {}) for record in records]


@pytest.fixture(scope="module")
def section() -> str:
    readme = (EXAMPLES / "data" / "README.md").read_text(encoding="utf-8")
    return readme.partition("## `help_pages.json`")[2].partition("\n## ")[0]


def test_the_config_gives_each_split_questions_of_both_kinds(rows: list[dict[str, Any]]) -> None:
    config = load_config(EXAMPLES / "question_answering.yaml")
    task = config.chosen_task().build()
    found = {
        (split_by_hash(task.content(task.parse_row(row)), config.data.split), row["is_impossible"]) for row in rows
    }
    assert found == {(split, is_impossible) for split in SPLITS for is_impossible in (True, False)}


def test_every_question_can_be_used_and_is_counted_in_the_readme(rows: list[dict[str, Any]], section: str) -> None:
    task = QuestionAnswering()
    num_answers = [len(task.parse_row(row)["answers"]) for row in rows]
    assert f"with {len(rows)} questions" in section
    assert f"{num_answers.count(0)} questions cannot be answered" in section
    assert f"{sum(number > 1 for number in num_answers)} have a second answer" in section
    stated = {subject: int(number) for subject, number in re.findall(r"^\| ([A-Z][^|]*) \| (\d+) \|$", section, re.M)}
    assert stated == {title: sum(row["title"] == title for row in rows) for title in {row["title"] for row in rows}}


def test_paragraphs_are_as_long_as_the_readme_says(section: str) -> None:
    document = json.loads((EXAMPLES / "data" / "help_pages.json").read_text(encoding="utf-8"))
    contexts = [paragraph["context"] for article in document["data"] for paragraph in article["paragraphs"]]
    lengths = [len(context.split()) for context in contexts]
    assert (
        f"{len(set(contexts))} paragraphs of {min(lengths)} to {max(lengths)} words on {len(document['data'])}"
        in section
    )


def test_no_question_is_asked_twice(rows: list[dict[str, Any]]) -> None:
    assert len({row["question"] for row in rows}) == len({row["id"] for row in rows}) == len(rows)
