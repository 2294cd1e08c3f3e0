"""The metrics of multi-label classification, counted by TFMA on models whose scores are known."""

import pathlib
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sklearn.metrics
import tensorflow as tf

from models.export.description import ModelDescription
from models.multi_label.label_sets import labels_over
from models.tasks.interface.chosen_task import ChosenTask

LABELS = ("anger", "fear", "joy")
THRESHOLDS = (0.3, 0.5, 0.6)
TASK = ChosenTask.of("multi_label_classification", {}, ())


class WrittenScores(tf.Module):
    """Says of each label the score that the text holds; with a shift, another."""

    def __init__(self, shift: float) -> None:
        super().__init__()
        self._shift = shift

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def serve_examples(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        text = tf.io.parse_example(examples, {"text": tf.io.FixedLenFeature([], tf.string)})["text"]
        scores = tf.strings.to_number(tf.reshape(tf.strings.split(text).flat_values, [-1, 3]))
        scores = tf.clip_by_value(scores + self._shift, 0.0, 1.0)
        labels, label_scores = labels_over(scores, THRESHOLDS, LABELS)
        classes = tf.tile(tf.constant([LABELS]), [tf.shape(scores)[0], 1])
        return {"labels": labels, "label_scores": label_scores, "classes": classes, "scores": scores}


@pytest.fixture
def build(tmp_path: pathlib.Path) -> Callable[[str, float], pathlib.Path]:
    def build(name: str, shift: float) -> pathlib.Path:
        folder, module = tmp_path / name / "Format-Serving", WrittenScores(shift)
        tf.saved_model.save(module, str(folder), signatures={"serve_examples": module.serve_examples})
        ModelDescription(TASK, LABELS, "tiny", 8).write(str(folder))
        return folder

    return build


def _rows() -> list[dict[str, Any]]:
    numbers, rows = random.Random(1), []
    for index in range(150):
        # Batches of Evaluator have 32 rows, by length: those of the first lengths have no label at all.
        true = [label for label in LABELS if index >= 64 and numbers.random() < 0.4]
        scores = [
            f"{numbers.betavariate(4, 3) if label in true else numbers.betavariate(2, 4):.2f}" for label in LABELS
        ]
        rows.append({"text": " ".join(scores) + " " * index, "labels": tuple(label.encode() for label in true)})
    return rows


def _expected(rows: list[dict[str, Any]], shift: float) -> dict[str, float]:
    truth = np.array([[label.encode() in row["labels"] for label in LABELS] for row in rows])
    scores = np.clip(np.array([row["text"].split() for row in rows], "float32") + np.float32(shift), 0, 1)
    served = scores >= np.float32(THRESHOLDS)
    of_labels = sklearn.metrics.f1_score(truth, served, average=None)
    return {
        "micro_f1": sklearn.metrics.f1_score(truth, served, average="micro"),
        "macro_f1": sklearn.metrics.f1_score(truth, served, average="macro"),
        "exact_match": sklearn.metrics.accuracy_score(truth, served),
        "mean_average_precision": sklearn.metrics.average_precision_score(truth, scores, average="macro"),
        "example_count": len(rows),
        **{f"macro_f1/{label}": of_label for label, of_label in zip(LABELS, of_labels, strict=True)},
    }


@pytest.mark.filterwarnings("ignore")
def test_metrics_equal_scikit_learns_on_the_decisions_of_each_model(build: Any, evaluate: Any) -> None:
    thresholds = [{"metric": "macro_f1/joy", "at_least": 0.1}, {"metric": "micro_f1", "at_most_below_current": 1.0}]
    evaluated = evaluate(
        _rows(), build("candidate", 0.0), build("current", 0.1), TASK, slices=["labels"], thresholds=thresholds
    )
    found = {tuple(metrics.slice.values()): metrics for metrics in evaluated.verdict.metrics}
    assert set(found) == {(), *((label,) for label in LABELS), ("(missing)",)}
    assert sorted(found[()].candidate) == sorted(_expected(_rows(), 0.0))
    assert found[()].candidate == pytest.approx(_expected(_rows(), 0.0), abs=1e-6)
    assert found[()].baseline == pytest.approx(_expected(_rows(), 0.1), abs=1e-6)
    with_joy = [row for row in _rows() if b"joy" in row["labels"]]
    assert found["joy",].candidate == pytest.approx(_expected(with_joy, 0.0), abs=1e-6)
    without = [row for row in _rows() if not row["labels"]]
    assert found["(missing)",].candidate["exact_match"] == pytest.approx(_expected(without, 0.0)["exact_match"])
    assert [check.passed for check in evaluated.verdict.thresholds] == [True, True]


def test_a_split_without_any_label_can_be_evaluated(build: Any, evaluate: Any) -> None:
    rows = [{**row, "labels": ()} for row in _rows()[:40]]
    found = evaluate(rows, build("candidate", 0.0), chosen_task=TASK, slices=[]).verdict.metrics[0].candidate
    assert found["micro_f1"] == 0
    assert found["mean_average_precision"] is None
    assert found["example_count"] == 40
