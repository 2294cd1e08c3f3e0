"""TFMA's configuration: what it counts, and on which answers."""

import json
from collections.abc import Iterable, Mapping

from tensorflow_model_analysis import constants
from tensorflow_model_analysis.proto import config_pb2

from components.evaluator.config import EvaluationConfig
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
        metrics_specs=[config_pb2.MetricsSpec(metrics=_metrics(evaluation.metrics), model_names=names)],
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


def _metrics(metrics: Mapping[str, EvaluationMetric]) -> list[config_pb2.MetricConfig]:
    configs = []
    for name, metric in metrics.items():
        module, _, class_name = metric.class_name.rpartition(".")
        arguments = json.dumps({**metric.config, "name": name})
        configs.append(config_pb2.MetricConfig(class_name=class_name, module=module, config=arguments))
    return configs
