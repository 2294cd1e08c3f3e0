"""Multi-label classification through the whole line, with labels in one column and in several."""

import csv
import json
import pathlib
import random
from typing import Any

import pytest
import yaml

_WORDS = ["the", "a", "was", "is", "very", "not"]
_TOPICS = {"kitchen": "food", "screen": "film", "staff": "service"}


def _rows() -> list[tuple[str, list[str]]]:
    numbers = random.Random(3)
    rows = []
    for _ in range(300):
        topics = [topic for topic in _TOPICS if numbers.random() < 0.4]
        words = [*numbers.choices(_WORDS, k=5), *(_TOPICS[topic] for topic in topics)]
        numbers.shuffle(words)
        rows.append((" ".join(words), topics))
    return rows


def _write_config(folder: pathlib.Path, tiny_preset: str, **changes: Any) -> pathlib.Path:
    values = {
        "name": "topics",
        "task": "multi_label_classification",
        "data": {"path": "rows.csv", "columns": {"text": "review"}},
        "model": {"preset": tiny_preset, "sequence_length": 16},
        "training": {"epochs": 5, "batch_size": 16, "learning_rate": 0.01, "precision": "float32"},
        "evaluation": {
            "slices": ["labels"],
            "thresholds": [
                # So tiny a BERT learns little; one that knows nothing reaches 0.4.
                {"metric": "mean_average_precision", "at_least": 0.5},
                {"metric": "macro_f1/kitchen", "at_least": 0.1},
                {"metric": "micro_f1", "at_most_below_current": 0.01},
            ],
        },
        **changes,
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(values))
    return folder / "config.yaml"


def _write_rows(path: pathlib.Path, rows: list[list[str]]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)


@pytest.fixture(scope="module")
def config(tiny_preset: str, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("delimited")
    # The column that delimited labels have, and one that is of no use.
    rows = [[text, "; ".join(topics)] for text, topics in _rows()]
    _write_rows(folder / "rows.csv", [["review", "topics"], *rows, ["the food", "kitchen;a\nb"]])
    columns = {"text": "review", "labels": "topics"}
    return _write_config(
        folder, tiny_preset, data={"path": "rows.csv", "columns": columns}, task_options={"delimiter": ";"}
    )


@pytest.fixture(scope="module")
def first_run(config: pathlib.Path, bertline: Any) -> Any:
    return bertline("run", str(config))


def test_a_model_is_promoted_with_thresholds_of_its_own(first_run: Any, config: pathlib.Path) -> None:
    assert first_run.returncode == 0, first_run.stdout + first_run.stderr
    model = config.parent / "serving/topics/1"
    description = json.loads((model / "assets.extra/bertline.json").read_text())
    assert description["labels"] == ["kitchen", "screen", "staff"]
    assert len(description["numbers"]["thresholds"]) == 3
    assert all(0.01 <= threshold <= 0.99 for threshold in description["numbers"]["thresholds"])


def test_the_verdict_tells_rows_without_labels_apart(first_run: Any, config: pathlib.Path) -> None:
    (path,) = config.parent.glob("runs/topics/artifacts/Evaluator/evaluation/*/verdict.json")
    metrics = {tuple(found["slice"].values()): found["candidate"] for found in json.loads(path.read_text())["metrics"]}
    assert set(metrics) == {(), ("(missing)",), ("kitchen",), ("screen",), ("staff",)}
    with_labels = [metrics[label,]["example_count"] for label in _TOPICS]
    assert metrics[()]["example_count"] - metrics["(missing)",]["example_count"] <= sum(with_labels)
    assert {f"macro_f1/{label}" for label in _TOPICS} < set(metrics[()])


def test_the_row_that_cannot_be_used_is_named(first_run: Any, config: pathlib.Path) -> None:
    (rejects,) = config.parent.glob("runs/topics/artifacts/TextExampleGen/rejects/*/rejects.jsonl")
    (row,) = map(json.loads, rejects.read_text().splitlines())
    assert row["reason"] == "labels holds a line break or NUL: 'a\\nb'"


def test_answers_have_the_labels_over_the_thresholds_alone(first_run: Any, config: pathlib.Path, bertline: Any) -> None:
    texts = ["the service is very food", "a film", "was not the a", "food"]
    done = bertline("predict", str(config), "--json", *texts)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    description = json.loads((config.parent / "serving/topics/1/assets.extra/bertline.json").read_text())
    thresholds = description["numbers"]["thresholds"]
    for answer in answers:
        scored = zip(answer["classes"], answer["scores"], thresholds, strict=True)
        served = [(label, score) for label, score, threshold in scored if score >= threshold]
        served.sort(key=lambda pair: -pair[1])
        assert list(zip(answer["labels"], answer["label_scores"], strict=True)) == served
    lines = bertline("predict", str(config), *texts).stdout.splitlines()
    shown = [", ".join(answer["labels"]) or "(none)" for answer in answers]
    assert [line.split("\t")[0] for line in lines] == shown


def test_its_page_tells_labels_apart(first_run: Any, config: pathlib.Path, page_of: Any) -> None:
    page = page_of(config.parent / "runs/topics")
    assert sorted(cell.text for cell in page.column("labels", "label")) == sorted(_TOPICS)
    (path,) = config.parent.glob("runs/topics/artifacts/Evaluator/evaluation/*/verdict.json")
    overall = json.loads(path.read_text())["metrics"][0]["candidate"]
    for label, value in zip(page.column("labels", "label"), page.column("labels", "macro_f1"), strict=True):
        assert value.numbers[0] == overall[f"macro_f1/{label.text}"]
    assert page.column("decisions", "label")[0].text == "(all labels)"
    num_rows = overall["example_count"]
    assert sum(cell.numbers[0] for cell in page.column("calibration", "answers")) == num_rows * len(_TOPICS)
    assert "confusion" not in page.tables


def test_an_unchanged_run_does_nothing(first_run: Any, config: pathlib.Path, bertline: Any) -> None:
    assert bertline("run", str(config)).stdout.startswith("bertline: nothing to do")


def test_labels_in_columns_of_their_own(tiny_preset: str, tmp_path: pathlib.Path, bertline: Any) -> None:
    rows = [[text, *(str(int(topic in topics)) for topic in _TOPICS)] for text, topics in _rows()]
    _write_rows(tmp_path / "rows.csv", [["review", "is_kitchen", "screen", "staff"], *rows, ["food", "1", "0", "yes"]])
    config = _write_config(
        tmp_path,
        tiny_preset,
        data={"path": "rows.csv", "columns": {"text": "review", "kitchen": "is_kitchen"}},
        task_options={"label_columns": [*_TOPICS], "thresholds": 0.5},
    )
    done = bertline("run", str(config), "--to", "Transform")
    assert done.returncode == 0, done.stdout + done.stderr
    (rejects,) = tmp_path.glob("runs/topics/artifacts/TextExampleGen/rejects/*/rejects.jsonl")
    (row,) = map(json.loads, rejects.read_text().splitlines())
    assert row["reason"] == "staff is not 0, 1, true or false: 'yes'"
    (labels,) = tmp_path.glob("runs/topics/artifacts/TextExampleGen/label_vocabulary/*/labels.json")
    expected = {topic: sum(topic in topics for _, topics in _rows()) for topic in _TOPICS}
    found = {count["label"]: count["rows"] for count in json.loads(labels.read_text())}
    assert found.keys() == expected.keys()
    assert all(0.7 < found[topic] / expected[topic] <= 1 for topic in expected)
