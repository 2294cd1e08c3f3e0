"""TFMA's configuration: what it counts, and on which answers."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from google.protobuf import json_format
from tensorflow_model_analysis import constants
from tensorflow_model_analysis.proto import config_pb2

from components.evaluator.config import EvaluationConfig
from components.evaluator.jackknife.left_out_metrics import LeftOutMetrics
from models.tasks.interface.evaluation import Evaluation, EvaluationMetric

CANDIDATE = "candidate"
BASELINE = "baseline"


def build_eval_config(
    evaluation: Evaluation, config: EvaluationConfig, model_names: Iterable[str]
) -> config_pb2.EvalConfig:
    """Builds TFMA's configuration; it holds no thresholds, since the verdict is ours.

    Args:
        evaluation: The task's labels, answers and metrics.
        config: Slices and thresholds.
        model_names: `CANDIDATE`, and `BASELINE` where there is one.
    """
    names = list(model_names)
    return config_pb2.EvalConfig(
        model_specs=[_model_spec(evaluation, name) for name in names],
        slicing_specs=[config_pb2.SlicingSpec(feature_keys=keys) for keys in _slice_keys(config)],
        metrics_specs=[
            config_pb2.MetricsSpec(metrics=_metrics(evaluation.metrics, config.confidence), model_names=names)
        ],
    )


def _model_spec(evaluation: Evaluation, name: str) -> config_pb2.ModelSpec:
    # Without a type TFMA finds out by loading the model with Keras.
    return config_pb2.ModelSpec(
        name=name,
        model_type=constants.TF_GENERIC,
        signature_name=evaluation.signature,
        label_key=evaluation.label_key,
        prediction_key=evaluation.prediction_key,
        is_baseline=name == BASELINE,
    )


def _slice_keys(config: EvaluationConfig) -> list[tuple[str, ...]]:
    of_thresholds = [tuple(sorted(threshold.slice)) for threshold in config.thresholds]
    return list(dict.fromkeys([(), *((name,) for name in config.slices), *of_thresholds]))


def _metrics(metrics: Mapping[str, EvaluationMetric], confidence: float | None) -> list[config_pb2.MetricConfig]:
    configs = {name: _metric(metric.class_name, {**metric.config, "name": name}) for name, metric in metrics.items()}
    if confidence is None:
        return list(configs.values())
    # What has no direction, such as the number of rows, is not estimated: it is known.
    estimated = [name for name, metric in metrics.items() if metric.higher_is_better is not None]
    wrapped = [json_format.MessageToJson(configs.pop(name)) for name in estimated]
    left_out = _metric(f"{LeftOutMetrics.__module__}.{LeftOutMetrics.__name__}", {"metrics": wrapped})
    return [left_out, *configs.values()]


def _metric(class_path: str, arguments: Mapping[str, Any]) -> config_pb2.MetricConfig:
    module, _, class_name = class_path.rpartition(".")
    return config_pb2.MetricConfig(class_name=class_name, module=module, config=json.dumps(arguments))
