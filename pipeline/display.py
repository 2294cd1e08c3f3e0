"""What a person sees of a run: each component, its state and time, and the training's progress."""

import logging
import pathlib
import time
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

_PROGRESS_LOGGER = "models.training.progress"
_STYLES = {"waiting": "dim", "running": "bold", "done": "green", "cached": "cyan", "failed": "bold red"}


class Display(logging.Handler):
    """A live table on a terminal; plain lines, one for each change, elsewhere."""

    def __init__(self, output: TextIO, name: str, log_path: pathlib.Path) -> None:
        """Sets where to write.

        Args:
            output: The terminal, or the file that standard output is.
            name: The pipeline's name.
            log_path: Where the libraries' own messages go.
        """
        super().__init__()
        # Markup off: a label or a path may hold brackets.
        self._console = Console(file=output, highlight=False, markup=False, emoji=False, soft_wrap=not output.isatty())
        self._name, self._log_path = name, log_path
        self._states: dict[str, tuple[str, float]] = {}
        self._running: str | None = None
        self._progress = ""
        self._started = time.monotonic()
        self._live: Live | None = None

    def __enter__(self) -> Self:
        self._console.print(f"bertline: running {self._name} (log: {self._log_path})")
        logging.getLogger(_PROGRESS_LOGGER).addHandler(self)
        if self._console.is_terminal:
            self._live = Live(
                get_renderable=self._table,
                console=self._console,
                refresh_per_second=4,
                # What libraries print belongs to the log file, where it goes already.
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        logging.getLogger(_PROGRESS_LOGGER).removeHandler(self)
        if self._live:
            self._live.stop()

    def emit(self, record: logging.LogRecord) -> None:
        """Shows a record of training progress."""
        self._progress = record.getMessage()
        if not self._live:
            self._console.print(f"  {'':<18}{self._progress}")

    def plan(self, components: list[str]) -> None:
        """Lists the components that will run."""
        self._states = dict.fromkeys(components, ("waiting", 0.0))

    def started(self, component: str) -> None:
        """Marks a component as running."""
        self._running = component
        self._progress = ""
        self._states[component] = ("running", time.monotonic())

    def finished(self, component: str, state: str, seconds: float) -> None:
        """Marks a component as ended."""
        self._running = None
        self._states[component] = (state, seconds)
        if not self._live:
            self._console.print(f"  {component:<18}{state:<8}{seconds:7.1f} s")

    def finish(self, *sentences: str) -> None:
        """Ends the display with what came out of the run."""
        if self._live:
            self._live.stop()
            self._live = None
        for sentence in sentences:
            self._console.print(f"bertline: {sentence}")
        self._console.print(f"bertline: finished in {time.monotonic() - self._started:.0f} s")

    def _table(self) -> RenderableType:
        table = Table(box=None, show_header=False, padding=(0, 1, 0, 2))
        for component, (state, seconds) in self._states.items():
            shown = time.monotonic() - seconds if state == "running" else seconds
            elapsed = "" if state == "waiting" else f"{shown:.1f} s"
            progress = self._progress if component == self._running else ""
            table.add_row(component, Text(state, style=_STYLES[state]), elapsed, Text(progress))
        return table
