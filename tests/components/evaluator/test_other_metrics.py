"""Metrics of TFMA and Keras, and of a user's own, which a task names beside ours."""

import dataclasses
import pathlib

import pytest

from models.tasks.interface.evaluation import EvaluationMetric
from models.tasks.text_classification import TextClassification

# Right in 4 of 5 rows.
ROWS = [{"text": "abc"[index % 3] + " word", "label": "abc"[(index + (index % 5 == 0)) % 3]} for index in range(60)]

# A metric with a step of its own before it counts.
OWN_METRIC = """
import apache_beam as beam
from tensorflow_model_analysis.metrics import metric_types


class Doubled(metric_types.Preprocessor):
    def process(self, extracts):
        yield extracts
        yield extracts


class Count(beam.CombineFn):
    def __init__(self, key):
        self._key = key

    def create_accumulator(self):
        return 0

    def add_input(self, count, element):
        return count + 1

    def merge_accumulators(self, counts):
        return sum(counts)

    def extract_output(self, count):
        return {self._key: count}


class Twice(metric_types.Metric):
    def __init__(self, name="twice"):
        super().__init__(
            lambda **_: [
                metric_types.MetricComputation(
                    [metric_types.MetricKey(name)], [Doubled(name="doubled")], Count(metric_types.MetricKey(name))
                )
            ],
            name=name,
        )


metric_types.register_metric(Twice)
"""

# What they are called, how they are made, and their values.
METRICS = {
    "keras_accuracy": ("SparseCategoricalAccuracy", {}, 0.8),
    "among_three": ("SparseTopKCategoricalAccuracy", {"k": 3}, 1.0),
    "rows": ("WeightedExampleCount", {}, 60),
    "twice": ("bertline_test_metric.Twice", {}, 120),
}


@pytest.fixture
def _with_metrics(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    (tmp_path / "bertline_test_metric.py").write_text(OWN_METRIC)
    monkeypatch.syspath_prepend(tmp_path)
    ours = TextClassification.evaluation

    def evaluation(task: TextClassification):
        others = {name: EvaluationMetric(path, config=config) for name, (path, config, _) in METRICS.items()}
        found = ours(task)
        return dataclasses.replace(found, metrics={**found.metrics, **others})

    monkeypatch.setattr(TextClassification, "evaluation", evaluation)


@pytest.mark.usefixtures("_with_metrics")
def test_they_are_computed_and_have_intervals_where_rows_can_be_counted_by_group(build_model, evaluate):
    (overall,) = evaluate(ROWS, build_model("candidate"), slices=[]).verdict.metrics
    assert {name: overall.candidate[name] for name in METRICS} == pytest.approx(
        {name: value for name, (_, _, value) in METRICS.items()}
    )
    assert {name for name in METRICS if name in overall.candidate_intervals} == set(METRICS) - {"twice"}
    low, high = overall.candidate_intervals["keras_accuracy"]
    assert low < 0.8 < high
    assert (low, high) == pytest.approx(overall.candidate_intervals["accuracy"], abs=1e-6)
