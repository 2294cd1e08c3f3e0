"""What monitoring found as a file in Prometheus' text format, such as node_exporter's textfile collector reads."""

import pathlib
import time
from collections.abc import Iterable, Mapping

from models.user_error import UserError
from pipeline.monitoring.report import MonitorReport
from serving.durable_files import replace_file

_PREFIX = "bertline_monitor"


def write_metrics(report: MonitorReport, path: pathlib.Path) -> None:
    """Writes the file in one step, so that no half of it is ever read.

    Args:
        report: What was found.
        path: The file; the collector reads those that end in `.prom`.

    Raises:
        UserError: It cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, metrics_text(report, time.time()).encode())
    except OSError as error:
        raise UserError(f"--metrics {path} cannot be written: {error.strerror}") from error


def metrics_text(report: MonitorReport, now: float) -> str:
    """The metrics.

    Args:
        report: What was found.
        now: Seconds since 1970.
    """
    found, tally = report.comparison, report.tally
    checks = {check.name: check for check in found.checks}
    lines = [
        *_of_pipeline(report, "drift", "Whether any check found drift.", int(bool(found.drifted))),
        *_of_pipeline(report, "decided", "Whether there were enough requests to decide.", int(found.is_decided)),
        *_of_pipeline(report, "version", "The version in service.", report.version),
        *_of_pipeline(report, "texts", "Texts of the window that this version answered.", report.num_rows),
        *_of_pipeline(report, "distinct_texts", "Different ones.", found.num_texts),
        *_of_pipeline(report, "unreadable_records", "Logged requests not read.", tally.unreadable.total()),
        *_of_pipeline(report, "damaged_files", "Log files not read to their ends.", len(tally.damaged)),
        *_of_pipeline(report, "last_run_timestamp_seconds", "When this was found.", now),
    ]
    for name, words in (
        ("distance", "The distance from what the model was made of."),
        ("limit", "The distance above which it is drift."),
        ("check_drift", "Whether the check found drift."),
    ):
        field = {"distance": "found", "limit": "limit", "check_drift": "is_drift"}[name]
        values = {check: float(getattr(result, field)) for check, result in checks.items()}
        lines += _of_checks(report, name, words, values) if values else []
    return "".join(f"{line}\n" for line in lines)


def _of_pipeline(report: MonitorReport, name: str, words: str, value: float) -> Iterable[str]:
    return (*_head(name, words), f'{_PREFIX}_{name}{{pipeline="{report.name}"}} {value}')


def _of_checks(report: MonitorReport, name: str, words: str, values: Mapping[str, float]) -> Iterable[str]:
    # Names of pipelines and checks hold nothing that had to be escaped.
    of = f'{_PREFIX}_{name}{{pipeline="{report.name}",check='
    return (*_head(name, words), *(f'{of}"{check}"}} {value}' for check, value in values.items()))


def _head(name: str, words: str) -> tuple[str, str]:
    return f"# HELP {_PREFIX}_{name} {words}", f"# TYPE {_PREFIX}_{name} gauge"
