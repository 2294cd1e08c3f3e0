"""What monitoring found, for a terminal."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.display.signs import STYLES
from pipeline.monitoring.check_words import before_and_now
from pipeline.monitoring.report import MonitorReport

_WORST, _BEST = STYLES["failed"], STYLES["done"]


def monitor_tables(report: MonitorReport) -> RenderableType:
    """The verdict, the checks, and what was left out."""
    parts: list[RenderableType] = [Text(f"{report.name}: version {report.version}, {report.window.describe()}")]
    if report.comparison.checks:
        parts.append(_checks(report))
    parts += [Text(line) for line in left_out(report)]
    style = _WORST if report.comparison.drifted else _BEST if report.comparison.is_decided else ""
    return Group(*parts, Text(report.verdict(), style=style))


def left_out(report: MonitorReport) -> list[str]:
    """What of the log was not compared, in sentences; nothing is left out silently."""
    tally, lines = report.tally, []
    repeated = report.num_rows - report.comparison.num_texts
    if repeated:
        lines.append(f"{repeated:,} of {report.num_rows:,} texts were asked before in this window, and count once")
    for version, count in sorted(tally.other_versions.items()):
        lines.append(f"{count:,} texts were answered by version {version}")
    if tally.outside:
        lines.append(f"{tally.outside:,} logged requests lie outside the window")
    for reason, count in tally.unreadable.most_common():
        lines.append(f"{count:,} logged requests were not read: {reason}")
    lines += [f"not read to its end: {file}" for file in tally.damaged]
    if tally.half_written:
        lines.append(
            f"{len(tally.half_written):,} files end within a record: a server writes them still, or was killed"
        )
    return lines


def _checks(report: MonitorReport) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("check", no_wrap=True)
    for column in ("before", "now"):
        table.add_column(column, overflow="fold")
    for column in ("distance", "drift above"):
        table.add_column(column, justify="right")
    table.add_column("")
    for check in report.comparison.checks:
        result = Text("drift", style=_WORST) if check.is_drift else Text("ok", style=_BEST)
        numbers = (f"{check.found:.3f}", f"{check.limit:.3f}")
        table.add_row(check.name, *before_and_now(check), *numbers, result)
    return table
