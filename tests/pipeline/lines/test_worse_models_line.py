"""Models that are worse than the one in service, by whole runs: each is refused in words that name the fault."""

import pathlib
import random
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
import yaml

Bertline = Callable[..., subprocess.CompletedProcess[str]]

GOOD, BAD = ("good", "great", "fine"), ("bad", "awful", "poor")
FILLERS = ("the", "film", "movie", "food", "service", "was", "is", "very")
NUM_EVAL, NUM_FAX = 200, 6


def _row(word: str, verdict: str, channel: str, numbers: random.Random) -> str:
    words = [*numbers.choices(FILLERS, k=6), word]
    numbers.shuffle(words)
    return f"{' '.join(words)},{verdict},{channel}"


def _write(path: pathlib.Path, rows: list[str]) -> None:
    path.write_text("\n".join(["review,verdict,channel", *rows]) + "\n")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Rows that are good or bad by one word; in 3 of 100 rows to judge by, all of one channel, that word is `fine`."""
    folder, numbers = tmp_path_factory.mktemp("project"), random.Random(1)
    train = [(word, numbers.choice(["mail", "chat", "fax"])) for word in numbers.choices(GOOD + BAD, k=600)]
    right = [_row(word, "good" if word in GOOD else "bad", channel, numbers) for word, channel in train]
    _write(folder / "right.csv", right)
    # What somebody labelled wrongly, and a model learns.
    _write(folder / "wrong.csv", [row.replace(",good,", ",bad,") if "fine" in row else row for row in right])
    others = numbers.choices([word for word in GOOD + BAD if word != "fine"], k=NUM_EVAL - NUM_FAX)
    judged = [
        _row(word, "good" if word in GOOD else "bad", numbers.choice(["mail", "chat"]), numbers) for word in others
    ]
    judged += [_row("fine", "good", "fax", numbers) for _ in range(NUM_FAX)]
    _write(folder / "eval.csv", judged)
    return folder


def _config(project: pathlib.Path, preset: str, train: str, *thresholds: dict[str, Any]) -> str:
    config = {
        "name": "reviews",
        "task": "text_classification",
        "data": {"train": train, "eval": "eval.csv", "columns": {"text": "review", "label": "verdict"}},
        "model": {"preset": preset, "sequence_length": 16},
        "training": {"epochs": 8, "batch_size": 16, "learning_rate": 0.01, "precision": "float32"},
        "evaluation": {"slices": ["channel"], "thresholds": [{"metric": "accuracy", "at_least": 0.9}, *thresholds]},
    }
    path = project / "config.yaml"
    path.write_text(yaml.safe_dump(config))
    return str(path)


@pytest.fixture(scope="module")
def first_run(project: pathlib.Path, tiny_preset: str, bertline: Bertline) -> str:
    """The model in service, which is right in every row."""
    done = bertline("run", _config(project, tiny_preset, "right.csv"))
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_three_points_worse_than_the_model_in_service(
    first_run: str, project: pathlib.Path, tiny_preset: str, bertline: Bertline
) -> None:
    assert "version 1 of reviews is in service" in first_run
    threshold = {"metric": "accuracy", "at_most_below_current": 0.02}
    done = bertline("run", _config(project, tiny_preset, "wrong.csv", threshold))
    told = "1 of 2 thresholds failed: accuracy is 0.97, must be at least 0.98 (the model in service has 1)."
    assert f"nothing was promoted: not blessed: {told}" in done.stdout, done.stdout + done.stderr


def test_good_overall_but_not_in_one_slice(
    first_run: str, project: pathlib.Path, tiny_preset: str, bertline: Bertline
) -> None:
    threshold = {"metric": "accuracy", "at_least": 0.8, "slice": {"channel": "fax"}}
    done = bertline("run", _config(project, tiny_preset, "wrong.csv", threshold))
    told = "1 of 2 thresholds failed: accuracy (channel=fax) is 0, must be at least 0.8."
    assert f"nothing was promoted: not blessed: {told}" in done.stdout, done.stdout + done.stderr


def test_versions_are_compared_on_the_same_rows(
    first_run: str, project: pathlib.Path, tiny_preset: str, bertline: Bertline
) -> None:
    config = str(project / "config.yaml")
    forced = bertline("promote", config, "--force", "--reason", "to compare")
    assert "version 2 of reviews is in service" in forced.stdout, forced.stderr
    compared = bertline("compare", config, "1", "2", "--same-rows")
    lines = [" ".join(line.split()) for line in compared.stdout.splitlines()]
    (accuracy,) = [line for line in lines if line.startswith("accuracy ")]
    assert accuracy.startswith("accuracy 1.0000 0.9700 -0.03 worse -0.0")
    assert "may be chance" not in accuracy
    assert lines[-1].startswith("on the split eval of run 20")
    same = bertline("compare", config, "2", "2", "--same-rows")
    assert (same.returncode, "versions 2 and 2 are the same model" in same.stderr) == (1, True)
