"""Named entities through the whole line: CoNLL files in, entities with places out."""

import json
import pathlib
import random
from typing import Any

import pytest
import yaml

_FILLERS = ["the", "film", "was", "is", "very", "not", "a"]
_ENTITIES = [("PER", ["good"]), ("PER", ["great", "fine"]), ("LOC", ["bad"]), ("LOC", ["awful", "poor"])]
_NUM_SENTENCES = 240


def _sentence(numbers: random.Random) -> str:
    lines = []
    for _ in range(numbers.randrange(3, 20)):
        kind, words = numbers.choice(_ENTITIES) if numbers.random() < 0.3 else ("", [numbers.choice(_FILLERS)])
        prefixes = ["B", *"I" * (len(words) - 1)]
        lines += [f"{word} {f'{prefix}-{kind}' if kind else 'O'}" for word, prefix in zip(words, prefixes, strict=True)]
    return "\n".join([*lines, ". O"])


@pytest.fixture(scope="module")
def config(tiny_preset: str, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("entities")
    numbers = random.Random(1)
    for split, size in (("train", _NUM_SENTENCES), ("eval", 60)):
        sentences = [_sentence(numbers) for _ in range(size)]
        unknown = ["movie B-ORG\nfood O"] if split == "eval" else []
        (folder / f"{split}.conll").write_text("-DOCSTART- O\n\n" + "\n\n".join([*sentences, *unknown]) + "\n")
    values = {
        "name": "entities",
        "task": "token_classification",
        "task_options": {"overlap": 0.5},
        "data": {"train": "train.conll", "eval": "eval.conll", "max_rejected_fraction": 0.1},
        "model": {"preset": tiny_preset, "sequence_length": 12, "dropout": 0.0},
        "training": {"epochs": 5, "batch_size": 16, "learning_rate": 0.02, "precision": "float32"},
        "evaluation": {
            "slices": ["text_length"],
            "thresholds": [{"metric": "f1", "at_least": 0.9}, {"metric": "recall/LOC", "at_least": 0.9}],
        },
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(values))
    return folder / "config.yaml"


@pytest.fixture(scope="module")
def first_run(config: pathlib.Path, bertline: Any) -> Any:
    return bertline("run", str(config))


def test_its_model_is_promoted(first_run: Any, config: pathlib.Path, bertline: Any) -> None:
    assert first_run.returncode == 0, first_run.stdout + first_run.stderr
    assert (config.parent / "serving/entities/1/saved_model.pb").is_file()
    shown = bertline("show", str(config)).stdout
    assert "recall/LOC at_least 0.9" in shown
    assert "labels" in shown


def test_a_sentence_of_another_type_is_rejected(first_run: Any, config: pathlib.Path) -> None:
    (rejects,) = config.parent.glob("runs/entities/artifacts/TextExampleGen/rejects/*/rejects.jsonl")
    reasons = [json.loads(line)["reason"] for line in rejects.read_text().splitlines()]
    assert [reason for reason in reasons if reason.startswith("unknown label: 'ORG'")] == [
        "unknown label: 'ORG' does not occur in split train"
    ]


def test_it_answers_with_entities(first_run: Any, config: pathlib.Path, bertline: Any) -> None:
    long = "the film was not a film " * 20
    done = bertline("predict", str(config), "--json", "is Great fine, the bad!", f"{long}awful poor", "the film")
    *found, none = (json.loads(line) for line in done.stdout.splitlines())
    places = [[(one["type"], one["text"], one["start"], one["end"]) for one in row["entities"]] for row in found]
    first = [("PER", "Great fine", 3, 13), ("LOC", "bad", 19, 22)]
    assert places == [first, [("LOC", "awful poor", len(long), len(long) + 10)]]
    assert all(0.5 < one["score"] <= 1 for row in found for one in row["entities"])
    assert none == {"text": "the film", "entities": []}


def test_its_lines_are_for_people(first_run: Any, config: pathlib.Path, bertline: Any) -> None:
    line = bertline("predict", str(config), "the bad film").stdout
    assert line.startswith("LOC bad 4-7 0.")
    assert line.endswith("\tthe bad film\n")


def test_its_page_tells_types_apart(first_run: Any, config: pathlib.Path, page_of: Any) -> None:
    page = page_of(config.parent / "runs/entities")
    assert sorted(cell.text for cell in page.column("labels", "label")) == ["LOC", "PER"]
    (path,) = config.parent.glob("runs/entities/artifacts/Evaluator/evaluation/*/verdict.json")
    overall = json.loads(path.read_text())["metrics"][0]["candidate"]
    for label, *cells in page.tables["labels"][1:]:
        found = [cell.numbers[0] for cell in cells]
        assert found == [overall[f"{metric.text}/{label.text}"] for metric in page.tables["labels"][0][1:]]
    true = {row[0].text: row[1].numbers[0] for row in page.tables["decisions"][1:]}
    assert true == {
        "(all labels)": overall["num_entities"],
        **{name: overall[f"num_entities/{name}"] for name in ("LOC", "PER")},
    }
    assert [cell.text for cell in page.column("rejects", "reason")].count("unknown label") == 1


def test_an_unchanged_run_does_nothing(first_run: Any, config: pathlib.Path, bertline: Any) -> None:
    assert bertline("run", str(config)).stdout.startswith("bertline: nothing to do")
