"""Served versions as tables for a person."""

import datetime
from collections.abc import Mapping, Sequence

from rich.table import Table
from rich.text import Text

from components.evaluator.verdict import SliceMetrics
from models.tasks.interface.evaluation import EvaluationMetric, metric_named
from pipeline.display.signs import STYLES
from pipeline.versions.listed_version import ListedVersion
from serving.promotion import STABLE


def version_table(versions: Sequence[ListedVersion], metric: str) -> Table:
    """One line for each version.

    Args:
        versions: The versions.
        metric: The metric to show.
    """
    table = _table("version", "", "promoted", "by", "run", metric, "why")
    for version in versions:
        state = Text("in service", style=STYLES["done"]) if version.in_service else Text("")
        others = [label for label in version.labels if label != STABLE]
        if others:
            state = Text(", ".join(others), style=STYLES["running"])
        if version.withdrawn:
            state = Text("withdrawn", style=STYLES["failed"])
        value = version.metrics.get(metric)
        table.add_row(
            str(version.version),
            state,
            _local_time(version.promoted_at),
            version.promoted_by,
            version.run,
            "" if value is None else f"{value:.4f}",
            version.withdrawn or version.reason,
        )
    return table


def comparison_table(one: ListedVersion, other: ListedVersion, kinds: Mapping[str, EvaluationMetric]) -> Table:
    """What two versions have in common, and what not: a line for each fact and for each metric.

    Args:
        one: A version.
        other: Another.
        kinds: The task's metrics, which know whether higher is better.
    """
    table = _table("", f"version {one.version}", f"version {other.version}", "difference")
    table.add_row("promoted", _local_time(one.promoted_at), _local_time(other.promoted_at), "")
    table.add_row("by", one.promoted_by, other.promoted_by, "")
    table.add_row("run", one.run, other.run, "")
    table.add_row("model", one.fingerprint[:12], other.fingerprint[:12], _same(one, other))
    for name in dict.fromkeys((*one.metrics, *other.metrics)):
        values = one.metrics.get(name), other.metrics.get(name)
        table.add_row(name, *map(_number, values), _difference(*values, metric_named(name, kinds)))
    return table


def measured_table(versions: tuple[int, int], measured: SliceMetrics, kinds: Mapping[str, EvaluationMetric]) -> Table:
    """What two versions reach on the same rows: a line for each metric.

    Args:
        versions: Their numbers.
        measured: The metrics of the first as baseline, and of the second as candidate.
        kinds: The task's metrics, which know whether higher is better.
    """
    one, other = versions
    table = _table("", f"version {one}", f"version {other}", "difference", "confidence interval")
    for name, value in measured.candidate.items():
        before = (measured.baseline or {}).get(name)
        interval = measured.change_intervals.get(name)
        told = f"{interval[0]:+.4g} to {interval[1]:+.4g}" if interval else ""
        if interval and interval[0] <= 0 <= interval[1] and value != before:
            told += ", may be chance"
        table.add_row(
            name, _number(before), _number(value), _difference(before, value, metric_named(name, kinds)), told
        )
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _same(one: ListedVersion, other: ListedVersion) -> str:
    return "the same files" if one.fingerprint == other.fingerprint else ""


def _difference(one: float | None, other: float | None, kind: EvaluationMetric | None) -> Text:
    if one is None or other is None or one == other:
        return Text("")
    told = f"{other - one:+.4g}"
    if kind is None or kind.higher_is_better is None:
        return Text(told)
    is_better = (other > one) == kind.higher_is_better
    return Text(f"{told} {'better' if is_better else 'worse'}", style=STYLES["done" if is_better else "failed"])


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _local_time(promoted_at: str) -> str:
    if not promoted_at:
        return ""
    return datetime.datetime.fromisoformat(promoted_at).astimezone().strftime("%Y-%m-%d %H:%M")
