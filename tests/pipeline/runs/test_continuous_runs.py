"""A line that is kept going: the next span has other labels, and its training starts from the model in service."""

import json
import logging
import pathlib
import random
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from pipeline.config_files.load_config import load_config
from pipeline.log_file import new_log_path
from pipeline.runs.line_run import LineRun
from pipeline.runs.part import RunPart
from pipeline.runs.record import RunRecord
from serving.local_model import LocalModel

if TYPE_CHECKING:
    from models.training.progress import TrainingProgress

WORDS = {"angry": "awful", "bad": "bad", "good": "good"}
FILLERS = ("the", "film", "movie", "food", "service", "was", "is", "very")
FIRST, SECOND = {"bad": 1, "good": 1}, {"angry": 1, "bad": 3}
"""Shares of labels. The new one comes before the others: units that were taken over by their places would answer for
other labels. And one vanished."""


class _Silent:
    def plan(self, components: list[str]) -> None: ...

    def started(self, component: str) -> None: ...

    def finished(self, component: str, state: str, seconds: float) -> None: ...


class Project:
    """A folder with spans of rows, each of which is told by three of its words, and a config."""

    def __init__(self, folder: pathlib.Path, preset: str) -> None:
        self.folder = folder
        self.config: dict[str, Any] = {
            "name": "reviews",
            "task": "text_classification",
            "data": {"train": "train-{SPAN}.csv", "eval": "eval-{SPAN}.csv", "label_changes": "extend"},
            "model": {"preset": preset, "sequence_length": 16},
            "training": {"start_from": "current", "epochs": 6, "batch_size": 16, "learning_rate": 0.005},
            "serving": {"validate_served": False},
        }
        self.config["training"]["precision"] = "float32"

    def write_span(self, span: int, shares: dict[str, int]) -> None:
        numbers = random.Random(span)
        for split, num_rows in (("train", 320), ("eval", 90)):
            rows = ["text,label"]
            for label in numbers.choices(list(shares), list(shares.values()), k=num_rows):
                words = [*numbers.choices(FILLERS, k=5), *[WORDS[label]] * 3]
                numbers.shuffle(words)
                rows.append(f"{' '.join(words)},{label}")
            (self.folder / f"{split}-{span}.csv").write_text("\n".join(rows) + "\n")

    def line(self) -> LineRun:
        path = self.folder / "config.yaml"
        path.write_text(yaml.safe_dump(self.config))
        return LineRun(load_config(path), RunPart())

    def run(self) -> RunRecord:
        return self.line().execute(new_log_path(self.folder / "runs/reviews/logs"), _Silent())

    def labels(self, version: int) -> list[str]:
        path = self.folder / f"serving/reviews/{version}/assets.extra/bertline.json"
        found: list[str] = json.loads(path.read_text())["labels"]
        return found


class _Told(logging.Handler):
    """What a training said, and its accuracy on the eval split before it began, where that was measured."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.sentences: list[str] = []
        self.starts: list[float] = []

    def emit(self, record: logging.LogRecord) -> None:
        progress: TrainingProgress | None = getattr(record, "progress", None)
        if progress is None:
            self.sentences.append(record.getMessage())
        elif progress.epoch == 0:
            self.starts.append(progress.metrics["val_accuracy"])


@pytest.fixture
def told() -> Any:
    logger, handler = logging.getLogger("models.training.progress"), _Told()
    before = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)
    logger.setLevel(before)


def test_the_next_training_goes_on_and_learns_the_new_label(
    tmp_path: pathlib.Path, tiny_preset: str, told: _Told, page_of: Any
) -> None:
    project = Project(tmp_path, tiny_preset)
    project.write_span(1, FIRST)
    first = project.run()
    assert told.sentences == [f"starts from the preset {tiny_preset}: no model is in service"]
    assert (told.starts, project.labels(1)) == ([], ["bad", "good"])
    assert first.outcome is not None
    assert first.outcome.metrics["accuracy"] == pytest.approx(1, abs=0.05)

    # Its own model, which is in service now, gives no run on the same data anything to train: where all is equal, nor
    # where the judgement is another.
    assert project.line().equal_run() is not None
    project.config["evaluation"] = {"thresholds": [{"metric": "accuracy", "at_least": 0.9}]}
    judged = project.run()
    assert {judged.components[name].state for name in ("TextExampleGen", "Transform", "Trainer")} == {"cached"}
    assert judged.components["Evaluator"].state == "done"
    assert judged.outcome is not None
    assert (judged.outcome.promoted, judged.outcome.version) == (False, 1)

    project.write_span(2, SECOND)
    second = project.run()
    assert told.sentences[1:] == ["starts from version 1 in service; new labels: 1 (angry)"]
    # Three quarters of the rows have the label that it knew; by places it would be right about none of those. And of
    # the new label it has a first guess.
    assert told.starts[0] > 0.9
    assert project.labels(2) == ["angry", "bad", "good"]
    assert second.outcome is not None
    assert (second.outcome.promoted, second.outcome.version) == (True, 2)
    page = page_of(tmp_path / "runs/reviews")
    assert "It starts from version 1 in service; new labels: 1 (angry)." in page.texts["start"]
    assert "kept from the model in service: good." in page.texts["kept-labels"]
    texts = [{"text": f"the film was {word} {word} {word}"} for word in ("awful", "bad")]
    answers = LocalModel(str(tmp_path / "serving/reviews/2")).answer(texts)
    assert [answer["label"] for answer in answers] == ["angry", "bad"]
    assert project.line().equal_run() is not None
