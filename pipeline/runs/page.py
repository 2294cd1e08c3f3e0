"""One run on one page of a terminal."""

import os
from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from components.evaluator.verdict import Baseline, SliceMetrics, Verdict
from components.serving_validator.validation import Validation
from models.tasks.interface.evaluation import name_of_label, split_name
from pipeline.display.duration import duration
from pipeline.display.signs import STYLES
from pipeline.runs.details import RunDetails
from pipeline.runs.provenance_lines import provenance_lines
from pipeline.runs.record import RunRecord
from pipeline.runs.table import what_came_of

_PASSED = {
    True: Text("held", style=STYLES["done"]),
    False: Text("failed", style=STYLES["failed"]),
    None: Text("skipped"),
}


def run_page(name: str, details: RunDetails) -> RenderableType:
    """Lays out a run.

    Args:
        name: The pipeline's name.
        details: The run.
    """
    record = details.record
    parts: list[RenderableType] = [_head(name, details), "", _components(record)]
    if details.ingest:
        parts += ["", Text("rows", style="bold"), *_rows(details)]
    if details.verdict and details.verdict.metrics:
        parts += ["", _metrics(details.verdict), *_metrics_of_labels(details.verdict)]
    if details.verdict and details.verdict.thresholds:
        parts += ["", _thresholds(details.verdict)]
    if details.validation:
        parts += ["", *_served(details.validation)]
    return Group(*parts)


def _head(name: str, details: RunDetails) -> RenderableType:
    record = details.record
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    table.add_row("run", f"{record.run} of {name}")
    table.add_row("state", Text(f"{record.state} after {duration(record.seconds, 1)}", style=STYLES[record.state]))
    if record.part:
        table.add_row("part", record.part + (f", on the results of {record.base}" if record.base else ""))
    table.add_row("outcome", what_came_of(record))
    if details.report:
        table.add_row("report", details.report)
    table.add_row("log", record.log)
    if record.provenance:
        for name, words in provenance_lines(record.provenance):
            table.add_row(name, words)
    return table


def _components(record: RunRecord) -> Table:
    folders = [output for component in record.components.values() for output in component.outputs.values()]
    top = os.path.commonpath([os.path.dirname(os.path.dirname(folder)) for folder in folders]) if folders else ""
    table = _table("component", "state", "time", f"outputs below {top}" if top else "outputs")
    for name, component in record.components.items():
        state = record.state if component.state == "running" else component.state
        outputs = "\n".join(os.path.relpath(folder, top) for folder in component.outputs.values())
        table.add_row(name, state, duration(component.seconds, 1), outputs)
    return table


def _rows(details: RunDetails) -> Iterator[str]:
    ingest = details.ingest or {}
    # Earlier versions wrote one example of each row, and no more than that down.
    accepted = ingest.get("accepted", ingest["examples"])
    yield f"{ingest['rows']:,} read: {_by_split(accepted)}; {ingest['rejected']:,} rejected"
    if ingest.get("spans"):
        yield f"  spans: {', '.join(ingest['spans'])}"
    if ingest.get("missing_spans"):
        yield f"  spans that are not there: {', '.join(ingest['missing_spans'])}"
    if ingest["examples"] != accepted:
        yield f"  examples made of them: {_by_split(ingest['examples'])}"
    if ingest["rejected"]:
        yield from (f"  {reason['rows']:,} x {reason['reason']}" for reason in ingest["reasons"])
        yield f"  all of them: {details.rejects}"
    if ingest.get("new_labels"):
        counts = ", ".join(f"{label} {rows:,}" for label, rows in ingest["new_labels"].items())
        yield f"  left out for new labels: {counts}"
    if ingest.get("kept_labels"):
        yield f"  classes without a row in train: {', '.join(ingest['kept_labels'])}"


def _by_split(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{split} {count:,}" for split, count in counts.items())


def _metrics(verdict: Verdict) -> Table:
    """One line for each slice, one column for each metric; beneath all rows those of the model in service."""
    names = [name for name in verdict.metrics[0].candidate if not split_name(name)[1]]
    table = _table("metrics", *names)
    for part in verdict.metrics:
        _add_rows(table, _slice(part.slice) or "all rows", names, part, verdict.baseline)
    return table


def _metrics_of_labels(verdict: Verdict) -> Iterator[RenderableType]:
    """The same over all rows, one line for each label, one column for each metric that tells labels apart."""
    names = [split_name(name) for name in verdict.overall() if split_name(name)[1]]
    metrics = list(dict.fromkeys(metric for metric, _ in names))
    if metrics:
        table = _table("labels", *metrics)
        for label in dict.fromkeys(label for _, label in names):
            of_label = [name_of_label(metric, label) for metric in metrics]
            _add_rows(table, label, of_label, verdict.metrics[0], verdict.baseline)
        yield from ("", table)


def _add_rows(table: Table, name: str, metrics: Sequence[str], values: SliceMetrics, baseline: Baseline) -> None:
    """A line for the candidate, one for its intervals, and one for the model in service, each if it was measured."""
    table.add_row(name, *[_number(values.candidate.get(metric)) for metric in metrics])
    if values.candidate_intervals and not values.slice:
        table.add_row("  from", *[_end(values, metric, 0) for metric in metrics])
        table.add_row("  to", *[_end(values, metric, 1) for metric in metrics])
    if values.baseline is not None:
        table.add_row(f"  version {baseline.version}", *[_number(values.baseline.get(metric)) for metric in metrics])


def _thresholds(verdict: Verdict) -> Table:
    table = _table("threshold", "slice", "result", "why")
    for check in verdict.thresholds:
        rule = f"{check.metric} {check.rule} {check.bound:g}"
        table.add_row(rule, _slice(check.slice), _PASSED[check.passed], check.explanation)
    return table


def _served(validation: Validation) -> Iterator[RenderableType]:
    """What became of the model in a server."""
    table = _table("as a served model", "result", "why")
    for check in validation.checks:
        table.add_row(check.name, _PASSED[check.passed], check.explanation)
    if validation.skipped:
        table.add_row("all", _PASSED[None], validation.skipped)
    yield table
    if validation.latencies:
        times = _table("one text of characters", "requests", "p50 ms", "p95 ms", "p99 ms")
        for each in validation.latencies:
            percentiles = (f"{value:.1f}" for value in (each.p50_ms, each.p95_ms, each.p99_ms))
            times.add_row(each.texts, str(each.num_requests), *percentiles)
        yield from ("", times)


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _end(values: SliceMetrics, metric: str, end: int) -> str:
    interval = values.candidate_intervals.get(metric)
    return _number(interval[end]) if interval else ""


def _slice(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.0f}" if value > 1 and float(value).is_integer() else f"{value:.4f}"
