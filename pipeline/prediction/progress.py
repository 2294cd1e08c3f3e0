"""A bar on the terminal while rows are answered."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator

from pipeline.terminal import moves_its_cursor


@contextlib.contextmanager
def progress_bar(num_rows: int) -> Iterator[Callable[[int], None]]:
    """Shows how many rows are done, on standard error, wherever that leads meanwhile; nothing if it is no terminal.

    Args:
        num_rows: All rows.

    Yields:
        Takes the number of rows that are done.
    """
    if not moves_its_cursor(sys.stderr):
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    with os.fdopen(os.dup(sys.stderr.fileno()), "w") as terminal:
        columns = (BarColumn(), MofNCompleteColumn(), TextColumn("rows"), TimeRemainingColumn())
        console = Console(file=terminal, force_terminal=True)
        with Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as bar:
            task = bar.add_task("", total=num_rows)
            yield lambda done: bar.update(task, completed=done)
