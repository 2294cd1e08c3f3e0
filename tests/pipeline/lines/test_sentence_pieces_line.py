"""Another family's preset through the whole line: named entities with a tiny XLM-RoBERTa, English and Chinese."""

import json
import pathlib
import random
from typing import Any

import pytest
import yaml

_ENTITIES = {"good": "PER", "great": "PER", "bad": "LOC", "awful": "LOC", "北京": "LOC"}
_FILLERS = ["the", "film", "was", "is", "very", "not", "a", "我在"]
_NUM_TEXTS = 240


def _row(numbers: random.Random) -> str:
    text, entities = "", []
    for _ in range(numbers.randrange(3, 8)):
        word = numbers.choice(list(_ENTITIES) if numbers.random() < 0.3 else _FILLERS)
        text += " " * bool(text)
        if not word.isascii() and word in _ENTITIES:
            # Right behind a word: Chinese has no spaces.
            text += "我在"
        if word in _ENTITIES:
            entities.append({"start": len(text), "end": len(text) + len(word), "type": _ENTITIES[word]})
        text += word
    return json.dumps({"text": text, "entities": entities})


@pytest.fixture(scope="module")
def config(tiny_xlm_roberta_preset: str, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("pieces")
    numbers = random.Random(1)
    for split, size in (("train", _NUM_TEXTS), ("eval", 60)):
        (folder / f"{split}.jsonl").write_text("\n".join(_row(numbers) for _ in range(size)) + "\n")
    values = {
        "name": "pieces",
        "task": "token_classification",
        "data": {"train": "train.jsonl", "eval": "eval.jsonl"},
        "model": {"preset": tiny_xlm_roberta_preset, "sequence_length": 24, "dropout": 0.0},
        "training": {"epochs": 6, "batch_size": 16, "learning_rate": 0.02, "precision": "float32"},
        "evaluation": {"thresholds": [{"metric": "f1", "at_least": 0.9}]},
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(values))
    return folder / "config.yaml"


def test_it_is_promoted_and_answers_with_places_in_the_raw_text(config: pathlib.Path, bertline: Any) -> None:
    run = bertline("run", str(config))
    assert run.returncode == 0, run.stdout + run.stderr
    assert (config.parent / "serving/pieces/1/saved_model.pb").is_file()
    texts = ["  the ｇｏｏｄ film", "我在北京 is bad", "the film"]
    done = bertline("predict", str(config), "--json", *texts)
    rows = [json.loads(line)["entities"] for line in done.stdout.splitlines()]
    found = [[(one["type"], one["text"], one["start"], one["end"]) for one in row] for row in rows]
    assert found == [[("PER", "ｇｏｏｄ", 6, 10)], [("LOC", "北京", 2, 4), ("LOC", "bad", 8, 11)], []]


def test_pre_training_says_at_once_that_it_needs_word_pieces(
    config: pathlib.Path, tmp_path: pathlib.Path, bertline: Any
) -> None:
    (tmp_path / "documents.txt").write_text("The film was good.\n\nThe food was bad.\n")
    model = yaml.safe_load(config.read_text())["model"]
    values = {"name": "words", "task": "masked_lm", "data": {"path": "documents.txt"}, "model": model}
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(values))
    done = bertline("run", str(tmp_path / "config.yaml"))
    assert done.returncode == 1
    assert "guesses BERT's word pieces; choose a BERT" in done.stderr
    assert "Traceback" not in done.stderr
