"""Metrics by slice, from TFMA's result files."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from tensorflow_model_analysis.api import model_eval_lib

from components.evaluator.eval_config import BASELINE, CANDIDATE
from components.evaluator.jackknife.interval import LeftOut, change, confidence_interval
from components.evaluator.jackknife.left_out_metrics import LEFT_OUT
from components.evaluator.text_slices import TEXT_SLICES
from components.evaluator.verdict import Interval, SliceMetrics
from models.tasks.interface.evaluation import EvaluationMetric, metric_named, split_name

Slice = tuple[tuple[str, str], ...]
Values = Mapping[str, Mapping[str, Any]]

_DIFF = "_diff"


def read_metrics(
    output_path: str, metrics: Mapping[str, EvaluationMetric], has_baseline: bool, confidence: float | None
) -> tuple[SliceMetrics, ...]:
    """Reads what TFMA counted.

    Args:
        output_path: The folder of the results.
        metrics: The metrics to read, by name.
        has_baseline: Whether the model in service was evaluated too.
        confidence: Of the intervals; None for none.

    Returns:
        All rows first, then the slices in natural order.
    """
    # With one model alone TFMA drops its name.
    candidate = _by_slice(output_path, CANDIDATE if has_baseline else None)
    baseline = _by_slice(output_path, BASELINE) if has_baseline else {}
    return tuple(
        _slice_metrics(key, candidate[key], baseline.get(key), metrics, confidence)
        for key in sorted(candidate, key=_natural_order)
    )


def _by_slice(output_path: str, model_name: str | None) -> dict[Slice, Values]:
    result = model_eval_lib.load_eval_result(output_path, model_name=model_name)
    return {
        tuple((name, str(value)) for name, value in key): by_output[""][""] for key, by_output in result.slicing_metrics
    }


def _slice_metrics(
    key: Slice,
    candidate: Values,
    baseline: Values | None,
    metrics: Mapping[str, EvaluationMetric],
    confidence: float | None,
) -> SliceMetrics:
    ours = _numbers(candidate, metrics)
    theirs = None if baseline is None else _numbers(baseline, metrics)
    if confidence is None:
        return SliceMetrics(dict(key), ours, theirs)
    left_out, of_baseline = _left_out(candidate, ours), _left_out(baseline or {}, theirs or {})
    changes = _changes(ours, theirs or {})
    changed = {name: change(left_out[name], of_baseline[name]) for name in left_out.keys() & of_baseline.keys()}
    bounds = {name: metric.bounds for name in {**ours, **(theirs or {})} if (metric := metric_named(name, metrics))}
    return SliceMetrics(
        slice=dict(key),
        candidate=ours,
        baseline=theirs,
        candidate_intervals=_intervals(ours, left_out, confidence, bounds),
        baseline_intervals=_intervals(theirs or {}, of_baseline, confidence, bounds),
        change_intervals=_intervals(changes, changed, confidence, {}),
    )


def _changes(ours: Mapping[str, float | None], theirs: Mapping[str, float | None]) -> dict[str, float]:
    pairs = ((name, value, theirs.get(name)) for name, value in ours.items())
    return {name: value - other for name, value, other in pairs if value is not None and other is not None}


def _left_out(values: Values, names: Iterable[str]) -> dict[str, LeftOut]:
    return {name: LeftOut.from_tfma(values[LEFT_OUT + name]) for name in names if LEFT_OUT + name in values}


def _intervals(
    estimates: Mapping[str, float | None],
    left_out: Mapping[str, LeftOut],
    confidence: float,
    bounds: Mapping[str, Interval],
) -> dict[str, Interval]:
    found = {
        name: confidence_interval(estimate, left_out[name], confidence, bounds.get(name, (-math.inf, math.inf)))
        for name, estimate in estimates.items()
        if estimate is not None and name in left_out
    }
    return {name: interval for name, interval in found.items() if interval}


def _numbers(values: Values, metrics: Mapping[str, EvaluationMetric]) -> dict[str, float | None]:
    """Each metric, and then those of single labels, as far as these occur."""
    found = sorted(name for name in values if name not in metrics and metric_named(name, metrics))
    # Beside a baseline TFMA adds what each value differs by, under a name that looks like another label's.
    measured = [name for name in found if not (name.endswith(_DIFF) and name.removesuffix(_DIFF) in values)]
    of_labels = (name for metric in metrics for name in measured if split_name(name)[0] == metric)
    return {name: _number(values, name) for name in (*metrics, *of_labels)}


def _number(values: Values, name: str) -> float | None:
    value = float(values.get(name, {}).get("doubleValue", math.nan))
    return value if math.isfinite(value) else None


def _natural_order(key: Slice) -> tuple[Any, ...]:
    return len(key), [(name, _bucket_index(name, value), value) for name, value in key]


def _bucket_index(name: str, value: str) -> int:
    return TEXT_SLICES[name].buckets.index(value) if name in TEXT_SLICES else 0
