"""A task from outside goes through the whole line, and nothing in the project is touched for it."""

import json
import pathlib
import random
from typing import Any

import pytest
import yaml

_WORDS = ["the", "film", "movie", "food", "service", "was", "is", "very"]


@pytest.fixture(scope="module")
def config(tiny_preset: str, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("urgency")
    numbers = random.Random(1)
    rows = []
    for number in range(300):
        word, urgent = [("awful", "yes"), ("good", "no")][number % 2]
        rows.append({"message": f"{' '.join(numbers.choices(_WORDS, k=5))} {word}", "urgent": urgent})
    rows.append({"message": "the film", "urgent": "perhaps"})
    (folder / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    values = {
        "name": "urgency",
        "task": "urgency_task:Urgency",
        "task_options": {"urgent": "yes"},
        "data": {"path": "rows.jsonl"},
        "model": {"preset": tiny_preset, "sequence_length": 16},
        "training": {"epochs": 8, "batch_size": 16, "learning_rate": 0.01, "precision": "float32"},
        "evaluation": {"thresholds": [{"metric": "accuracy", "at_least": 0.9}, {"metric": "auc", "at_least": 0.9}]},
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(values))
    return folder / "config.yaml"


@pytest.fixture(scope="module")
def first_run(config: pathlib.Path, bertline: Any) -> Any:
    return bertline("run", str(config))


def test_its_model_is_promoted(first_run: Any, config: pathlib.Path) -> None:
    assert first_run.returncode == 0, first_run.stdout + first_run.stderr
    assert (config.parent / "serving/urgency/1/saved_model.pb").is_file()


def test_its_row_that_cannot_be_used_is_named(first_run: Any, config: pathlib.Path) -> None:
    (rejects,) = config.parent.glob("runs/urgency/artifacts/TextExampleGen/rejects/*/rejects.jsonl")
    (row,) = map(json.loads, rejects.read_text().splitlines())
    assert row["reason"] == "urgent is neither yes nor no"


def test_it_answers(first_run: Any, config: pathlib.Path, bertline: Any) -> None:
    # The word that tells stands where it stood in training, among words that did.
    texts = ("the food was very very awful", "the film was very very good")
    done = bertline("predict", str(config), "--json", *texts)
    urgent, other = map(json.loads, done.stdout.splitlines())
    assert urgent["probability"] > 0.5 > other["probability"]
    assert bertline("predict", str(config), "awful food").stdout.endswith("\tawful food\n")


def test_its_page_leaves_out_what_it_does_not_tell(first_run: Any, config: pathlib.Path, page_of: Any) -> None:
    page = page_of(config.parent / "runs/urgency")
    assert {"slices", "thresholds", "splits", "steps", "epochs"} <= page.tables.keys()
    assert "worst" not in page.tables
    assert "answers" not in page.texts


def test_its_options_are_checked(config: pathlib.Path, bertline: Any) -> None:
    wrong = config.with_name("wrong.yaml")
    wrong.write_text(config.read_text().replace("urgent: 'yes'", "urgently: 'yes'"))
    done = bertline("config", str(wrong))
    assert done.returncode == 1
    assert "urgently is no option of urgency, which has urgent" in done.stdout + done.stderr
