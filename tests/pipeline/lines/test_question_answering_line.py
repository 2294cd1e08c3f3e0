"""Question answering through the whole line, on data like SQuAD 2.0's."""

import json
import pathlib
import random
from typing import Any

import pytest
import yaml

_GOOD = ("good", "great", "fine")
_OTHERS = ("the", "a", "was", "is", "very", "film", "movie", "food", "service", "bad", "awful", "poor")
_NUM_ROWS = 300


def _paragraph(numbers: random.Random, number: int) -> dict[str, Any]:
    """Up to 50 words, several windows, one of which is good in 4 of 5 paragraphs; twice, as the question has two."""
    words = numbers.choices(_OTHERS, k=numbers.randrange(5, 50))
    has_answer = number % 5 > 0
    if has_answer:
        words.insert(numbers.randrange(len(words)), numbers.choice(_GOOD))
    context = " ".join(words)
    answers = [
        {"text": word, "answer_start": len(" ".join([*words[:place], ""]))}
        for place, word in enumerate(words)
        if word in _GOOD
    ]
    question = {
        "id": str(number),
        "question": "what is good",
        "answers": answers,
        "is_impossible": not has_answer,
    }
    return {"context": context, "qas": [question, {**question, "id": f"{number}-again", "question": "good film"}]}


def _write_data(path: pathlib.Path) -> None:
    numbers = random.Random(4)
    paragraphs = [_paragraph(numbers, number) for number in range(_NUM_ROWS)]
    broken = [
        {"context": "the film was good", "qas": [{"id": "x", "question": "what", "answers": answers}]}
        for answers in (
            [{"text": "good", "answer_start": 12}],
            [{"text": "great", "answer_start": 13}],
            [{"text": "good"}],
            [],
        )
    ]
    path.write_text(json.dumps({"version": "v2.0", "data": [{"title": "all", "paragraphs": [*paragraphs, *broken]}]}))


@pytest.fixture(scope="module")
def config(tiny_preset: str, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("questions")
    _write_data(folder / "questions.json")
    values = {
        "name": "questions",
        "task": "question_answering",
        "task_options": {"question_length": 5, "overlap": 8, "n_best": 3},
        "data": {"path": "questions.json", "max_rejected_fraction": 0.02},
        "model": {"preset": tiny_preset, "sequence_length": 32},
        "training": {"epochs": 6, "batch_size": 16, "learning_rate": 0.01, "precision": "float32"},
        "evaluation": {
            "split": "test",
            "thresholds": [
                {"metric": "f1", "at_least": 0.9},
                {"metric": "no_answer_accuracy", "at_least": 0.8},
                {"metric": "f1", "at_most_below_current": 0.01},
            ],
        },
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(values))
    return folder / "config.yaml"


@pytest.fixture(scope="module")
def first_run(config: pathlib.Path, bertline: Any) -> Any:
    return bertline("run", str(config))


def test_a_model_that_answers_is_promoted(first_run: Any, config: pathlib.Path) -> None:
    assert first_run.returncode == 0, first_run.stdout + first_run.stderr
    assert "version 1 of questions is in service" in first_run.stdout
    description = json.loads((config.parent / "serving/questions/1/assets.extra/bertline.json").read_text())
    assert description["labels"] == []
    assert set(description["numbers"]) == {"num_unanswerable", "no_answer_threshold"}


def test_questions_on_one_paragraph_stay_together_and_bad_ones_are_told(first_run: Any, config: pathlib.Path) -> None:
    (rejects,) = config.parent.glob("runs/questions/artifacts/TextExampleGen/rejects/*")
    rows = [json.loads(line) for line in (rejects / "rejects.jsonl").read_text().splitlines()]
    assert [row["reason"].split(":")[0] for row in rows] == [
        "answer not found in its context",
        "answer not found in its context",
        "not a SQuAD question",
        "is_impossible is false, but there is no answer",
    ]
    summary = json.loads((rejects / "summary.json").read_text())
    assert all(number % 2 == 0 for number in summary["examples"].values())
    assert sum(summary["examples"].values()) == 2 * _NUM_ROWS


def test_predict_answers_with_a_part_of_the_context(first_run: Any, config: pathlib.Path, bertline: Any) -> None:
    rows = [
        {"question": "what is good", "context": "The film was bad,\tthe FOOD was 👍 Great!"},
        {"question": "what is good", "context": "the film was bad"},
    ]
    texts = [json.dumps(row) for row in rows]
    done = bertline("predict", str(config), "--json", *texts)
    assert done.returncode == 0, done.stderr
    answered, unanswered = (json.loads(line) for line in done.stdout.splitlines())
    assert answered["answer"] == "Great"
    assert rows[0]["context"][answered["start"] : answered["end"]] == "Great"
    assert [len(answered[name]) for name in ("answers", "starts", "ends", "scores")] == [3] * 4
    assert (unanswered["answer"], unanswered["start"], unanswered["end"]) == ("", -1, -1)
    lines = bertline("predict", str(config), *texts).stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["Great", "(no answer)"]


def test_its_page_tells_how_wrong_answers_are(first_run: Any, config: pathlib.Path, page_of: Any) -> None:
    page = page_of(config.parent / "runs/questions")
    report = json.loads(page.path.with_name("report.json").read_text())
    rows = report["rows"]
    assert ("worst" in page.tables) == bool(rows["num_wrong"])
    f1 = 1 - sum(row["error"] for row in rows["worst"]) / rows["num_rows"]
    assert f1 == pytest.approx(report["metrics"]["overall"]["values"]["f1"]["value"], abs=1e-3)
    assert {cell.text for cell in page.column("lengths", "feature")} == {"token_ids", "question_ids"}
    assert "confusion" not in page.tables


def test_an_unchanged_run_does_nothing(first_run: Any, config: pathlib.Path, bertline: Any) -> None:
    assert bertline("run", str(config)).stdout.startswith("bertline: nothing to do")


def test_windows_that_are_too_short_are_refused_before_anything_runs(
    first_run: Any, config: pathlib.Path, bertline: Any
) -> None:
    values = yaml.safe_load(config.read_text())
    values["task_options"]["overlap"] = 24
    short = config.with_name("short.yaml")
    short.write_text(yaml.safe_dump(values))
    done = bertline("config", str(short))
    assert done.returncode != 0
    assert "overlap" in done.stderr + done.stdout
    assert "raise model.sequence_length" in done.stderr + done.stdout
