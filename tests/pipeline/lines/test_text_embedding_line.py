"""Text embeddings through the whole line: graded pairs of texts that share a topic or do not."""

import json
import math
import operator
import pathlib
import random
from typing import Any

import pytest
import yaml

_TOPICS = {"praise": ["good", "great", "fine"], "blame": ["bad", "awful", "poor"]}
_FILLERS = ["the", "a", "was", "is", "very", "not"]


def _text(numbers: random.Random, topic: str) -> str:
    words = [*numbers.choices(_FILLERS, k=numbers.randint(1, 4)), numbers.choice(_TOPICS[topic])]
    numbers.shuffle(words)
    return " ".join(words)


@pytest.fixture(scope="module")
def config(tiny_preset: str, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("opinions")
    numbers = random.Random(1)
    lines = ["one,other,grade,source"]
    for _ in range(400):
        first, second = numbers.choices(list(_TOPICS), k=2)
        grade = numbers.choice(["0.9", "0.8", ""]) if first == second else numbers.choice(["0.1", "0.2"])
        lines.append(f"{_text(numbers, first)},{_text(numbers, second)},{grade},{numbers.choice(['mail', 'chat'])}")
    lines.append("a very good film,the film was fine,high,mail")
    (folder / "rows.csv").write_text("\n".join(lines) + "\n")
    values = {
        "name": "opinions",
        "task": "text_embedding",
        "task_options": {"positive_score": 0.8, "temperature": 0.1},
        "data": {"path": "rows.csv", "columns": {"text": "one", "text_pair": "other", "score": "grade"}},
        "model": {"preset": tiny_preset, "sequence_length": 16},
        "training": {"epochs": 8, "batch_size": 16, "learning_rate": 0.01, "precision": "float32"},
        "evaluation": {
            "slices": ["text_length", "source"],
            "thresholds": [
                {"metric": "spearman", "at_least": 0.7},
                {"metric": "pearson", "at_least": 0.5, "slice": {"source": "mail"}},
                {"metric": "mrr", "at_most_below_current": 0.5},
            ],
        },
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(values))
    return folder / "config.yaml"


@pytest.fixture(scope="module")
def first_run(config: pathlib.Path, bertline: Any) -> Any:
    return bertline("run", str(config))


def test_its_model_is_promoted(first_run: Any, config: pathlib.Path) -> None:
    assert first_run.returncode == 0, first_run.stdout + first_run.stderr
    assert (config.parent / "serving/opinions/1/saved_model.pb").is_file()


def test_the_preset_as_it_is_was_judged_first(first_run: Any) -> None:
    assert "epoch 0/8  step 0/" in first_run.stdout
    assert "val_spearman" in first_run.stdout


def test_every_metric_has_a_value(first_run: Any, config: pathlib.Path) -> None:
    (path,) = config.parent.glob("runs/opinions/artifacts/Evaluator/evaluation/*/verdict.json")
    overall, *slices = json.loads(path.read_text())["metrics"]
    assert set(overall["candidate"]) == {"spearman", "pearson", "mrr", "accuracy_at_1", "example_count"}
    assert None not in overall["candidate"].values()
    assert {"source": "mail"} in [part["slice"] for part in slices]


def test_the_row_that_cannot_be_used_is_named(first_run: Any, config: pathlib.Path) -> None:
    (rejects,) = config.parent.glob("runs/opinions/artifacts/TextExampleGen/rejects/*/rejects.jsonl")
    (row,) = map(json.loads, rejects.read_text().splitlines())
    assert row["reason"] == "score is not a number: 'high'"


def test_predict_gives_a_program_all_of_the_vector_and_a_person_its_begin(
    first_run: Any, config: pathlib.Path, bertline: Any
) -> None:
    texts = ["a very good", "the fine", "not awful"]
    done = bertline("predict", str(config), "--json", *texts)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [set(answer) for answer in answers] == [{"text", "embedding"}] * 3
    vectors = [answer["embedding"] for answer in answers]
    assert [math.hypot(*vector) for vector in vectors] == pytest.approx([1, 1, 1], abs=1e-5)
    alike, unlike = (sum(map(operator.mul, vectors[0], other)) for other in vectors[1:])
    assert alike > unlike
    (line,) = bertline("predict", str(config), texts[0]).stdout.splitlines()
    begin = " ".join(f"{value:+.4f}" for value in vectors[0][:4])
    assert line == f"{begin} … (16 numbers)\ta very good"


def test_its_page_draws_similarities_against_scores(first_run: Any, config: pathlib.Path, page_of: Any) -> None:
    page = page_of(config.parent / "runs/opinions")
    report = json.loads(page.path.with_name("report.json").read_text())
    assert report["rows"]["pairs"]
    # The network before training was judged, too: the validation points begin at step 0.
    assert page.column("epochs", "step")[0].numbers == [0.0]
    assert "worst" not in page.tables


def test_an_unchanged_run_does_nothing(first_run: Any, config: pathlib.Path, bertline: Any) -> None:
    assert bertline("run", str(config)).stdout.startswith("bertline: nothing to do")


def test_scores_that_nobody_explained_are_told(config: pathlib.Path, tmp_path: pathlib.Path, bertline: Any) -> None:
    values = yaml.safe_load(config.read_text())
    values["data"]["path"] = str(config.parent / "rows.csv")
    del values["task_options"]["positive_score"]
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(values))
    done = bertline("run", str(tmp_path / "config.yaml"))
    assert done.returncode == 1
    assert "the train split has scores, from 0.1 to 0.9: say from which one on two texts belong together" in done.stderr
    assert "Traceback" not in done.stderr
