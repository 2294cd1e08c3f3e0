"""Metrics by slice, from TFMA's result files."""

import math
from collections.abc import Mapping
from typing import Any

from tensorflow_model_analysis.api import model_eval_lib

from components.evaluator.eval_config import BASELINE, CANDIDATE
from components.evaluator.text_slices import TEXT_SLICES
from components.evaluator.verdict import SliceMetrics
from models.tasks.interface.evaluation import EvaluationMetric, metric_named, split_name

Slice = tuple[tuple[str, str], ...]

_DIFF = "_diff"


def read_metrics(
    output_path: str, metrics: Mapping[str, EvaluationMetric], has_baseline: bool
) -> tuple[SliceMetrics, ...]:
    """Reads what TFMA counted.

    Args:
        output_path: The folder of the results.
        metrics: The metrics to read, by name.
        has_baseline: Whether the model in service was evaluated too.

    Returns:
        All rows first, then the slices in natural order.
    """
    # With one model alone TFMA drops its name.
    candidate = _by_slice(output_path, metrics, CANDIDATE if has_baseline else None)
    baseline = _by_slice(output_path, metrics, BASELINE) if has_baseline else {}
    return tuple(
        SliceMetrics(slice=dict(key), candidate=candidate[key], baseline=baseline.get(key))
        for key in sorted(candidate, key=_natural_order)
    )


def _by_slice(
    output_path: str, metrics: Mapping[str, EvaluationMetric], model_name: str | None
) -> dict[Slice, dict[str, float | None]]:
    result = model_eval_lib.load_eval_result(output_path, model_name=model_name)
    return {
        tuple((name, str(value)) for name, value in key): _numbers(by_output[""][""], metrics)
        for key, by_output in result.slicing_metrics
    }


def _numbers(
    values: Mapping[str, Mapping[str, Any]], metrics: Mapping[str, EvaluationMetric]
) -> dict[str, float | None]:
    """Each metric, and then those of single labels, as far as these occur."""
    found = sorted(name for name in values if name not in metrics and metric_named(name, metrics))
    # Beside a baseline TFMA adds what each value differs by, under a name that looks like another label's.
    measured = [name for name in found if not (name.endswith(_DIFF) and name.removesuffix(_DIFF) in values)]
    of_labels = (name for metric in metrics for name in measured if split_name(name)[0] == metric)
    return {name: _number(values, name) for name in (*metrics, *of_labels)}


def _number(values: Mapping[str, Mapping[str, Any]], name: str) -> float | None:
    value = float(values.get(name, {}).get("doubleValue", math.nan))
    return value if math.isfinite(value) else None


def _natural_order(key: Slice) -> tuple[Any, ...]:
    return len(key), [(name, _bucket_index(name, value), value) for name, value in key]


def _bucket_index(name: str, value: str) -> int:
    return TEXT_SLICES[name].buckets.index(value) if name in TEXT_SLICES else 0
