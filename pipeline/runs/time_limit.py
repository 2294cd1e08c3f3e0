"""Ends a run one of whose components does not come to its end."""

import contextlib
import faulthandler
import os
import pathlib
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import TextIO

from pipeline.component_failed import ComponentFailedError
from pipeline.runs.recorder import RunView

_GRACE_SECONDS = 60.0
"""Time for what an interruption has the component do, such as saving a checkpoint."""
_EXIT_CODE = 3
"""As of any component that failed."""


class TimeLimit:
    """Watches how long components take, and passes on to a view what it is told.

    A component that is too late is interrupted first, as by Ctrl-C. Code in C++ that never returns hears nothing of
    it: then the process ends. Where such code keeps even Python's other threads from running, `faulthandler` ends it,
    whose thread needs no Python. Each time, what all threads are doing is written to the log.
    """

    def __init__(
        self,
        view: RunView,
        minutes: float | None,
        log: pathlib.Path,
        give_up: Callable[[ComponentFailedError], None],
        grace_seconds: float = _GRACE_SECONDS,
    ) -> None:
        """Sets the limit; nothing is watched yet.

        Args:
            view: What it passes on to.
            minutes: The limit for each component; None for none.
            log: Where the stacks go.
            give_up: Is called, in another thread, when an interruption was of no use; the process ends afterwards.
            grace_seconds: Time between an interruption and the end.
        """
        self._view, self._minutes, self._log = view, minutes, log
        self._give_up, self._grace_seconds = give_up, grace_seconds
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._stacks: TextIO | None = None
        self._running = ""
        self._late = ""

    def plan(self, components: list[str]) -> None:
        """Passes on the components."""
        self._view.plan(components)

    def started(self, component: str) -> None:
        """Begins to watch a component."""
        self._view.started(component)
        if self._minutes is None:
            return
        with self._lock:
            self._running = component
            self._wait(self._minutes * 60, self._interrupt)
        self._stacks = self._log.open("a", encoding="utf-8")
        seconds = self._minutes * 60 + 2 * self._grace_seconds
        faulthandler.dump_traceback_later(seconds, exit=True, file=self._stacks)

    def finished(self, component: str, state: str, seconds: float) -> None:
        """Watches it no more."""
        with self._lock:
            self._running = ""
            if self._timer:
                self._timer.cancel()
                faulthandler.cancel_dump_traceback_later()
        if self._stacks:
            self._stacks.close()
        self._view.finished(component, state, seconds)

    def give_up(self, error: Exception) -> None:
        """Passes on that the process ends."""
        self._view.give_up(error)

    def fault(self) -> ComponentFailedError | None:
        """What became of a component that was interrupted for being late; None where none was."""
        if not self._late:
            return None
        rule = f"it was not done after the {self._minutes:g} minutes of component_timeout_minutes"
        return ComponentFailedError(
            self._late, TimeoutError(f"{rule}; the log says what each of its threads was doing")
        )

    def _wait(self, seconds: float, then: Callable[[str], None]) -> None:
        self._timer = threading.Timer(seconds, then, [self._running])
        self._timer.daemon = True
        self._timer.start()

    def _interrupt(self, component: str) -> None:
        with self._lock:
            if self._running != component:
                return
            self._late = component
            self._wait(self._grace_seconds, self._end)
        self._write_stacks(f"{component} is late, and is interrupted")
        main = threading.main_thread().ident
        if main is not None:
            signal.pthread_kill(main, signal.SIGTERM)

    def _end(self, component: str) -> None:
        with self._lock:
            if self._running != component:
                return
        self._write_stacks(f"{component} does not hear the interruption, and its process ends")
        fault = self.fault()
        if fault is not None:
            with contextlib.suppress(Exception):
                self._give_up(fault)
        for process in sorted(_descendants(os.getpid())):
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGKILL)
        os._exit(_EXIT_CODE)

    def _write_stacks(self, why: str) -> None:
        with contextlib.suppress(OSError), self._log.open("a", encoding="utf-8") as file:
            file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {why}; what all threads are doing:\n")
            file.flush()
            faulthandler.dump_traceback(file=file, all_threads=True)


def _descendants(process: int) -> Iterator[int]:
    """The processes that a process has started, and those that these have."""
    parents: dict[int, int] = {}
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        # A process may have ended meanwhile; and its name, in brackets, may hold anything.
        with contextlib.suppress(OSError, ValueError, IndexError):
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    for child, parent in parents.items():
        ancestor = parent
        while ancestor and ancestor != process:
            ancestor = parents.get(ancestor, 0)
        if ancestor == process:
            yield child
