"""Metrics by slice, from TFMA's result files."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from tensorflow_model_analysis.api import model_eval_lib

from components.evaluator.eval_config import BASELINE, CANDIDATE
from components.evaluator.text_slices import TEXT_SLICES
from components.evaluator.verdict import SliceMetrics

Slice = tuple[tuple[str, str], ...]


def read_metrics(output_path: str, metrics: Iterable[str], has_baseline: bool) -> tuple[SliceMetrics, ...]:
    """Reads what TFMA counted.

    Args:
        output_path: The folder of the results.
        metrics: Names of the metrics to read.
        has_baseline: Whether the model in service was evaluated too.

    Returns:
        All rows first, then the slices in natural order.
    """
    names = tuple(metrics)
    # With one model alone TFMA drops its name.
    candidate = _by_slice(output_path, names, CANDIDATE if has_baseline else None)
    baseline = _by_slice(output_path, names, BASELINE) if has_baseline else {}
    return tuple(
        SliceMetrics(slice=dict(key), candidate=candidate[key], baseline=baseline.get(key))
        for key in sorted(candidate, key=_natural_order)
    )


def _by_slice(output_path: str, names: Iterable[str], model_name: str | None) -> dict[Slice, dict[str, float | None]]:
    result = model_eval_lib.load_eval_result(output_path, model_name=model_name)
    return {
        tuple((name, str(value)) for name, value in key): {name: _number(by_output[""][""], name) for name in names}
        for key, by_output in result.slicing_metrics
    }


def _number(values: Mapping[str, Mapping[str, Any]], name: str) -> float | None:
    value = float(values.get(name, {}).get("doubleValue", math.nan))
    return value if math.isfinite(value) else None


def _natural_order(key: Slice) -> tuple[Any, ...]:
    return len(key), [(name, _bucket_index(name, value), value) for name, value in key]


def _bucket_index(name: str, value: str) -> int:
    return TEXT_SLICES[name].buckets.index(value) if name in TEXT_SLICES else 0
