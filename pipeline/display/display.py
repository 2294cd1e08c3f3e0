"""Shows a run to a person: a live picture on a terminal, plain lines elsewhere."""

import dataclasses
import logging
import pathlib
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

from typing_extensions import override

from pipeline.display.duration import duration
from pipeline.display.live_view import LiveView
from pipeline.display.plain_view import PlainView
from pipeline.display.run_state import Component, RunState, Training
from pipeline.runs.interruption import InterruptedRunError
from pipeline.terminal import moves_its_cursor

if TYPE_CHECKING:
    from models.training.progress import TrainingProgress

_PROGRESS_LOGGER = "models.training.progress"


class Display:
    """Is told what a run does, hears from the training through its log records, and shows both."""

    def __init__(self, output: TextIO, name: str, log_path: pathlib.Path) -> None:
        """Sets where to write.

        Args:
            output: The terminal, or the file that standard output is.
            name: The pipeline's name.
            log_path: Where the libraries' own messages go.
        """
        self._run = RunState()
        self._lines = PlainView(output)
        self._view = LiveView(output, self._run) if moves_its_cursor(output) else self._lines
        self._title = f"bertline: running {name} (log: {log_path})"
        self._logger = logging.getLogger(_PROGRESS_LOGGER)
        self._handler = _RecordHandler(self._show_record)
        self._level_before = self._logger.level

    def __enter__(self) -> Self:
        self._lines.write(self._title)
        self._logger.addHandler(self._handler)
        self._logger.setLevel(logging.INFO)
        self._view.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._logger.removeHandler(self._handler)
        self._logger.setLevel(self._level_before)
        if self._run.ended is None:
            self._end(error)

    def plan(self, components: list[str]) -> None:
        """Lists the components that will run."""
        self._run.components = tuple(Component(name) for name in components)

    def started(self, component: str) -> None:
        """Marks a component as running."""
        self._change(Component(component, "running", time.monotonic()))

    def finished(self, component: str, state: str, seconds: float) -> None:
        """Marks a component as ended.

        Args:
            component: Its name.
            state: `done`, `cached`, `failed`, `skipped` or `interrupted`.
            seconds: How long it took.
        """
        running = self._run.running()
        training = running.training if running and running.name == component else None
        self._change(Component(component, state, seconds, training))

    def finish(self, *sentences: str) -> None:
        """Ends the display with what came out of the run."""
        self._end(None)
        for sentence in sentences:
            self._lines.write(f"bertline: {sentence}")
        self._lines.write(f"bertline: finished in {duration(self._run.elapsed(time.monotonic()))}")

    def give_up(self, error: Exception) -> None:
        """Ends the display of a run whose process is about to end, and says why.

        Args:
            error: What the command line would have said.
        """
        self._end(error)
        self._lines.write(f"bertline: {error}")

    def _change(self, component: Component) -> None:
        self._run.replace(component)
        self._view.component_changed(component)

    def _end(self, error: BaseException | None) -> None:
        interrupted = isinstance(error, KeyboardInterrupt | InterruptedRunError)
        outcome = "done" if error is None else "interrupted" if interrupted else "failed"
        running = self._run.running()
        if running and error:
            self.finished(running.name, outcome, running.elapsed(time.monotonic()))
        self._run.end(outcome)
        self._view.stop()

    def _show_record(self, record: logging.LogRecord) -> None:
        progress: TrainingProgress | None = getattr(record, "progress", None)
        running = self._run.running()
        if progress is None:
            self._show_training(record.getMessage(), is_lasting=getattr(record, "is_lasting", False))
            return
        if progress.resumed_at is not None and running and not (running.training and running.training.progress):
            self._show_training(f"resumed at step {progress.resumed_at}")
        self._show_training(progress)

    def _show_training(self, news: "TrainingProgress | str", is_lasting: bool = False) -> None:
        running = self._run.running()
        if running is None:
            return
        before = running.training or Training()
        training = before.after(str(news)) if is_lasting else before.with_news(news)
        self._run.replace(dataclasses.replace(running, training=training))
        self._view.training_changed(news)


class _RecordHandler(logging.Handler):
    """Passes log records on."""

    def __init__(self, show: Callable[[logging.LogRecord], None]) -> None:
        super().__init__()
        self._show = show

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self._show(record)
