"""A run on a terminal: one picture, drawn anew while the run goes on."""

import contextlib
import time
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.control import Control
from rich.live import Live
from rich.segment import ControlType
from rich.text import Text

from pipeline.display.frame import Frame
from pipeline.display.run_state import Component, RunState
from pipeline.display.signs import signs_for
from pipeline.terminal import terminal_size

if TYPE_CHECKING:
    from models.training.progress import TrainingProgress

_FRAMES_PER_SECOND = 4


class LiveView:
    """Shows the run's state a few times a second, whether or not somebody tells it of changes."""

    def __init__(self, output: TextIO, run: RunState) -> None:
        """Sets what to show and where.

        Args:
            output: A terminal that can move its cursor.
            run: How far the run is; it is read whenever a picture is drawn.
        """
        self._output, self._run = output, run
        self._signs = signs_for(output.encoding)
        self._drawn_widths: list[int] = []
        self._ending = False
        # The caller knows that this is a terminal; Rich would ask environment variables too.
        self._console = Console(
            file=output, force_terminal=True, force_interactive=True, highlight=False, markup=False, emoji=False
        )
        self._live = Live(
            get_renderable=self._picture,
            console=self._console,
            refresh_per_second=_FRAMES_PER_SECOND,
            # What libraries print belongs to the log file, where it goes already.
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def start(self) -> None:
        """Begins to draw."""
        with contextlib.suppress(OSError):
            self._live.start(refresh=True)
            # Rich hides the cursor; a process that is killed could not bring it back.
            self._console.show_cursor(True)

    def component_changed(self, component: Component) -> None:
        """The next picture shows it."""

    def training_changed(self, news: "TrainingProgress | str") -> None:
        """The next picture shows it."""

    def stop(self) -> None:
        """Draws the last picture, of all components, and leaves it."""
        self._ending = True
        # A terminal that is gone does not end a run.
        with contextlib.suppress(OSError):
            self._live.stop()

    def _picture(self) -> Text:
        width, height = terminal_size(self._output)
        self._erase_what_wrapped(width)
        self._console.size = (width, height)
        lines = Frame(width, self._signs, time.monotonic()).lines(self._run, None if self._ending else height)
        self._drawn_widths = [line.cell_len for line in lines]
        return Text("\n", no_wrap=True, overflow="crop").join(lines)

    def _erase_what_wrapped(self, width: int) -> None:
        """Erases rows that Rich does not know of: a terminal that becomes narrower wraps what it shows."""
        num_more = sum(max(drawn - 1, 0) // width for drawn in self._drawn_widths)
        if num_more:
            self._console.control(Control(*[(ControlType.ERASE_IN_LINE, 2), (ControlType.CURSOR_UP, 1)] * num_more))
