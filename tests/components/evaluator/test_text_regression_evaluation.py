"""The metrics of text regression, counted by TFMA on a model whose answers are known."""

import pathlib
import random
from typing import Any

import numpy as np
import pytest
import scipy.stats
import tensorflow as tf

from models.export.description import ModelDescription
from models.tasks.interface.chosen_task import ChosenTask

TASK = ChosenTask.of("text_regression", {}, ())


class WrittenNumber(tf.Module):
    """Answers the number that the text is."""

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def serve_examples(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        text = tf.io.parse_example(examples, {"text": tf.io.FixedLenFeature([], tf.string)})["text"]
        return {"score": tf.strings.to_number(text)}


def test_metrics_equal_scipys(evaluate: Any, tmp_path: pathlib.Path) -> None:
    module, folder = WrittenNumber(), tmp_path / "candidate" / "Format-Serving"
    tf.saved_model.save(module, str(folder), signatures={"serve_examples": module.serve_examples})
    ModelDescription(TASK, (), "tiny", 8).write(str(folder))
    numbers = random.Random(1)
    truth = [numbers.choice([0.0, 1.5, 2.0, 5.0]) for _ in range(80)]
    # Rounded, so that many are equal.
    predicted = [round(value + numbers.gauss(0, 1)) / 1 for value in truth]
    rows = [{"text": str(guess), "score": value} for guess, value in zip(predicted, truth, strict=True)]
    found = evaluate(rows, folder, chosen_task=TASK, slices=[]).verdict.metrics[0].candidate
    errors = np.array(predicted) - np.array(truth)
    assert found == pytest.approx(
        {
            "mse": np.square(errors).mean(),
            "mae": np.abs(errors).mean(),
            "pearson": scipy.stats.pearsonr(truth, predicted).statistic,
            "spearman": scipy.stats.spearmanr(truth, predicted).statistic,
            "example_count": 80,
        },
        abs=1e-6,
    )
