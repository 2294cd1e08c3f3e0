"""The metrics of embedded pairs, counted by TFMA on a model whose vectors are known."""

import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.stats
import tensorflow as tf

from models.export.description import ModelDescription
from models.metrics.pair_sample import PairSample, embedded_pair
from models.metrics.rank_means import accuracy_at_1, mean_reciprocal_rank
from models.tasks.interface.chosen_task import ChosenTask

WIDTH = 8
POSITIVE_SCORE = 0.7
METRICS = ("spearman", "pearson", "mrr", "accuracy_at_1")


class HashedTexts(tf.Module):
    """Gives each text a vector that its hash decides, and that of a pair's second text is near it, or not."""

    def __init__(self, noise: float) -> None:
        super().__init__()
        self._noise = noise

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def compare_examples(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        spec = {name: tf.io.FixedLenFeature([], tf.string) for name in ("text", "text_pair")}
        texts = tf.io.parse_example(examples, spec)
        base = self._vectors(texts["text"])
        first, second = base, tf.math.l2_normalize(base + self._noise * self._vectors(texts["text_pair"]), axis=-1)
        return {
            "similarity": tf.reduce_sum(first * second, axis=-1),
            "embedding": first,
            "pair_embedding": second,
            "text_id": tf.strings.to_hash_bucket_fast(texts["text"], 2**62),
            "pair_id": tf.strings.to_hash_bucket_fast(texts["text_pair"], 2**62),
        }

    def _vectors(self, texts: tf.Tensor) -> tf.Tensor:
        columns = [tf.strings.to_hash_bucket_strong(texts, 1_000, key=[1, column]) for column in range(WIDTH)]
        return tf.math.l2_normalize(tf.cast(tf.stack(columns, axis=1), tf.float32) - 500, axis=-1)


def _model(folder: pathlib.Path, task: ChosenTask, noise: float) -> tuple[pathlib.Path, HashedTexts]:
    module, saved = HashedTexts(noise), folder / "Format-Serving"
    tf.saved_model.save(module, str(saved), signatures={"compare_examples": module.compare_examples})
    ModelDescription(task, (), "tiny", 8).write(str(saved))
    return saved, module


def _rows(scores: list[float | None]) -> list[dict[str, Any]]:
    return [
        {"text": f"text {number}", "text_pair": f"pair {number}", **({} if score is None else {"score": score})}
        for number, score in enumerate(scores)
    ]


def _expected(module: HashedTexts, rows: list[dict[str, Any]]) -> dict[str, float]:
    feature = {name: [row[name].encode() for row in rows] for name in ("text", "text_pair")}
    serialized = [
        tf.train.Example(
            features=tf.train.Features(
                feature={
                    name: tf.train.Feature(bytes_list=tf.train.BytesList(value=[values[index]]))
                    for name, values in feature.items()
                }
            )
        ).SerializeToString()
        for index in range(len(rows))
    ]
    answers = {name: values.numpy() for name, values in module.compare_examples(tf.constant(serialized)).items()}
    sample = PairSample()
    for index, row in enumerate(rows):
        belongs = row.get("score", 1.0) >= POSITIVE_SCORE
        sample.add(embedded_pair({name: values[index] for name, values in answers.items()}, belongs))
    ranks = sample.ranks()
    scored = [index for index, row in enumerate(rows) if "score" in row]
    sides = [rows[index]["score"] for index in scored], answers["similarity"][scored]
    return {
        "spearman": scipy.stats.spearmanr(*sides).statistic,
        "pearson": scipy.stats.pearsonr(*sides).statistic,
        "mrr": mean_reciprocal_rank(ranks),
        "accuracy_at_1": accuracy_at_1(ranks),
    }


def test_every_metric_of_both_models_equals_a_count_by_hand(tmp_path: pathlib.Path, evaluate: Callable) -> None:
    task = ChosenTask.of("text_embedding", {"positive_score": POSITIVE_SCORE}, ())
    numbers = np.random.default_rng(3)
    # 0.7 is less than 0.7 in float32, the form of examples.
    scores = [None if draw > 0.8 else float(numbers.choice([0.1, 0.7, 0.9])) for draw in numbers.random(60)]
    rows = _rows(scores)
    candidate, module = _model(tmp_path / "candidate", task, noise=1.5)
    current, module_in_service = _model(tmp_path / "current", task, noise=4.0)
    evaluated = evaluate(rows, candidate, current, task, slices=["text_length"])
    overall = evaluated.verdict.metrics[0]
    for found, of_model in ((overall.candidate, module), (overall.baseline, module_in_service)):
        expected = _expected(of_model, rows)
        assert {name: found[name] for name in METRICS} == pytest.approx(expected, abs=1e-5)
        assert 0 < expected["accuracy_at_1"] < expected["mrr"] < 1, "a test of something"


def test_a_split_without_scores_has_no_correlation(tmp_path: pathlib.Path, evaluate: Callable) -> None:
    task = ChosenTask.of("text_embedding", {}, ())
    rows = _rows([None] * 10)
    candidate, module = _model(tmp_path / "candidate", task, noise=1.5)
    overall = evaluate(rows, candidate, None, task, slices=[]).verdict.metrics[0].candidate
    assert overall["spearman"] is None
    assert overall["pearson"] is None
    assert overall["example_count"] == 10
    assert overall["mrr"] == pytest.approx(_expected_mrr(module, rows))


def _expected_mrr(module: HashedTexts, rows: list[dict[str, Any]]) -> float:
    scored = [*rows[:2]]
    graded = [{**row, "score": score} for row, score in zip(scored, (0.8, 0.9), strict=True)]
    return _expected(module, [*graded, *rows[2:]])["mrr"]


def test_scores_that_nobody_explained_say_nothing_of_belonging(tmp_path: pathlib.Path, evaluate: Callable) -> None:
    task = ChosenTask.of("text_embedding", {}, ())
    candidate, _ = _model(tmp_path / "candidate", task, noise=1.5)
    overall = evaluate(_rows([0.1, 0.5, 1.0]), candidate, None, task, slices=[]).verdict.metrics[0].candidate
    assert overall["mrr"] is None
    assert overall["spearman"] is not None
