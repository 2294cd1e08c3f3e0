"""Pre-training from documents to the preset of another task, through the command line, each call in its own process."""

import json
import math
import pathlib
import random
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from models.presets import check_preset, load_vocabulary

NUM_DOCUMENTS = 120
Bertline = Callable[..., subprocess.CompletedProcess[str]]
_SENTENCES = {
    "kitchen": ["the cook boils the soup .", "the soup is hot .", "a cook tastes the sauce .", "the sauce is salty ."],
    "harbour": ["the ship leaves the port .", "the port is quiet .", "a sailor paints the ship .", "the sea is calm ."],
}


def _write_documents(path: pathlib.Path) -> None:
    """Documents on one of two places, a sentence a line; one of them empty."""
    numbers = random.Random(1)
    lines = [json.dumps({"text": "\n"})]
    for _ in range(NUM_DOCUMENTS):
        place = numbers.choice(list(_SENTENCES))
        lines.append(json.dumps({"text": "\n".join(numbers.choices(_SENTENCES[place], k=8)), "place": place}))
    path.write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("project")
    _write_documents(folder / "corpus.jsonl")
    config: dict[str, Any] = {
        "name": "places",
        "task": "masked_lm",
        "data": {"path": "corpus.jsonl", "extra_columns": ["place"], "max_rejected_fraction": 0.1},
        "model": {
            "preset": "scratch",
            "scratch": {"vocabulary": "vocab.txt", "num_layers": 1, "hidden_dim": 32, "num_heads": 2},
            "sequence_length": 32,
        },
        "training": {"epochs": 4, "batch_size": 16, "learning_rate": 0.01, "precision": "float32"},
        "evaluation": {"slices": ["place"], "thresholds": [{"metric": "perplexity", "at_most": 15}]},
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    return folder


@pytest.fixture(scope="module")
def first_run(project: pathlib.Path, bertline: Bertline) -> subprocess.CompletedProcess[str]:
    made = bertline("vocabulary", f"{project}/corpus.jsonl", "--size", "100", "-o", f"{project}/vocab.txt")
    assert made.returncode == 0, made.stderr
    return bertline("run", f"{project}/config.yaml")


def test_documents_become_a_model_in_service(first_run: Any, project: pathlib.Path) -> None:
    assert first_run.returncode == 0, first_run.stdout + first_run.stderr
    assert "version 1 of places is in service" in first_run.stdout
    (rejects,) = (project / "runs/places/artifacts/TextExampleGen/rejects").iterdir()
    summary = json.loads((rejects / "summary.json").read_text())
    assert summary["rows"] == NUM_DOCUMENTS + 1
    assert sum(summary["accepted"].values()) == NUM_DOCUMENTS
    assert summary["reasons"][0]["reason"] == "text is empty"
    assert sum(summary["examples"].values()) > NUM_DOCUMENTS
    (evaluation,) = (project / "runs/places/artifacts/Evaluator/evaluation").iterdir()
    verdict = json.loads((evaluation / "verdict.json").read_text())
    assert {"place": "kitchen"} in [part["slice"] for part in verdict["metrics"]]
    overall = verdict["metrics"][0]["candidate"]
    assert overall["example_count"] == summary["examples"]["eval"]
    assert overall["perplexity"] < 15
    assert overall["masked_accuracy"] > 0.15


def test_masks_are_filled(first_run: Any, project: pathlib.Path, bertline: Bertline) -> None:
    config = str(project / "config.yaml")
    done = bertline("predict", config, "--json", "the cook [MASK] the soup .", "no mask at all")
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers[0]["tokens"][0]) == 5
    assert answers[0]["filled"] == f"the cook {answers[0]['tokens'][0][0]} the soup ."
    assert answers[1]["filled"] == "no mask at all"
    line = bertline("predict", config, "the soup is [MASK] .").stdout
    assert line.startswith("the soup is ")
    assert "[MASK]" not in line


def test_its_page_shows_the_hardest_rows(first_run: Any, project: pathlib.Path, page_of: Any) -> None:
    page = page_of(project / "runs/places")
    errors = [cell.numbers[0] for cell in page.column("worst", "error")]
    assert errors == sorted(errors, reverse=True)
    assert page.column("worst", "answered")[0].text.endswith(f", perplexity {math.exp(errors[0]):.4g}")
    assert "balance" not in page.tables


def test_an_unchanged_run_has_nothing_to_do(first_run: Any, project: pathlib.Path, bertline: Bertline) -> None:
    assert "nothing to do" in bertline("run", f"{project}/config.yaml").stdout


def test_the_model_holds_a_preset_for_other_tasks(first_run: Any, project: pathlib.Path) -> None:
    preset = str(project / "serving/places/1/assets.extra/preset")
    check_preset(preset, 32)
    assert load_vocabulary(preset).tokens == tuple((project / "vocab.txt").read_text().splitlines())
