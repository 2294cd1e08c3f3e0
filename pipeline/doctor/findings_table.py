"""What a person sees of the findings: a line for each."""

from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

from pipeline.doctor.finding import Finding, State

# Black and white are named, so that each can be read on a light terminal and on a dark one.
_STYLES: dict[State, str] = {"ok": "green", "warning": "black on yellow", "problem": "bold white on red"}
_NAME_WIDTH, _STATE_WIDTH = 14, 9


class FindingsTable:
    """Lines as they come, in columns on a terminal; one plain line for each elsewhere."""

    def __init__(self, output: TextIO) -> None:
        """Sets where to write."""
        # Markup off: a path may hold brackets.
        self._console = Console(file=output, highlight=False, markup=False, emoji=False, soft_wrap=not output.isatty())
        self._status = Status("", console=self._console)
        self._states: list[State] = []

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._status.stop()

    def begin(self, name: str) -> None:
        """Shows what is being checked."""
        self._status.update(f"checking {name} …")

    def add(self, name: str, finding: Finding) -> None:
        """Shows a finding."""
        self._states.append(finding.state)
        if not self._console.is_terminal:
            self._console.print(f"{name:<{_NAME_WIDTH}}  {finding.state:<{_STATE_WIDTH}}{finding}")
            return
        row = Table.grid(padding=(0, 2, 0, 0), expand=True)
        row.add_column(width=_NAME_WIDTH)
        row.add_column(width=_STATE_WIDTH - 2)
        row.add_column(ratio=1, overflow="fold")
        row.add_row(name, Text(finding.state, style=_STYLES[finding.state]), str(finding))
        self._console.print(row)

    def finish(self) -> None:
        """Sums up."""
        self._status.stop()
        self._console.print(f"bertline: {sum_up(self._states)}")


def sum_up(states: list[State]) -> str:
    """One sentence on all findings."""
    problems, warnings = states.count("problem"), states.count("warning")
    counts = [f"{problems} problem{'s' * (problems != 1)}"] * bool(problems)
    counts += [f"{warnings} warning{'s' * (warnings != 1)}"] * bool(warnings)
    if not counts:
        return f"all {len(states)} checks are ok"
    return f"{' and '.join(counts)} in {len(states)} checks" + ("" if problems else "; runs can go ahead")
