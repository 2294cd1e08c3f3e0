"""What TFMA is asked to count."""

import json

from components.evaluator.config import EvaluationConfig
from components.evaluator.eval_config import CANDIDATE, build_eval_config
from models.tasks.interface.evaluation import Evaluation, EvaluationMetric


def test_metrics_have_our_names_and_their_own_arguments():
    metrics = {
        "accuracy": EvaluationMetric("SparseCategoricalAccuracy"),
        "top_2": EvaluationMetric("my.metrics.TopK", config={"k": 2, "name": "other"}),
    }
    evaluation = Evaluation(label_key="label", prediction_key="scores", metrics=metrics)
    (spec,) = build_eval_config(evaluation, EvaluationConfig(confidence=None), [CANDIDATE]).metrics_specs
    assert [(metric.module, metric.class_name, json.loads(metric.config)) for metric in spec.metrics] == [
        ("", "SparseCategoricalAccuracy", {"name": "accuracy"}),
        ("my.metrics", "TopK", {"k": 2, "name": "top_2"}),
    ]


def test_what_has_a_direction_is_counted_with_groups_left_out():
    metrics = {
        "accuracy": EvaluationMetric("models.metrics.accuracy.Accuracy", config={"k": 2}),
        "example_count": EvaluationMetric("ExampleCount", higher_is_better=None),
    }
    evaluation = Evaluation(label_key="label", prediction_key="scores", metrics=metrics)
    (spec,) = build_eval_config(evaluation, EvaluationConfig(), [CANDIDATE]).metrics_specs
    assert [metric.class_name for metric in spec.metrics] == ["LeftOutMetrics", "ExampleCount"]
    (wrapped,) = json.loads(spec.metrics[0].config)["metrics"]
    assert json.loads(wrapped)["className"] == "Accuracy"
    assert json.loads(json.loads(wrapped)["config"]) == {"k": 2, "name": "accuracy"}
