"""Watches the files of a config, and runs the line when new ones have come to rest, until somebody stops it."""

import dataclasses
import pathlib
import time
from collections.abc import Callable

from models.user_error import UserError
from pipeline.config_files.load_config import load_config
from pipeline.places import runs_folder
from pipeline.runs.interruption import InterruptedRunError, stopped_by_signals
from pipeline.runs.line_run import LineRun
from pipeline.runs.part import RunPart
from pipeline.watch.run_process import run_command, run_process
from pipeline.watch.sight import look_at
from pipeline.watch.watcher import Watcher
from serving.folder_lock import is_locked


@dataclasses.dataclass(frozen=True)
class Watch:
    """A watch.

    Attributes:
        config: The config file; a change of it counts like one of the data.
        every_seconds: How long between two looks.
        settle_seconds: How long nothing must have changed before a run is started.
        tell: Says something to a person.
    """

    config: pathlib.Path
    every_seconds: float
    settle_seconds: float
    tell: Callable[[str], None]

    def go_on(self) -> None:
        """Watches until it is stopped.

        Raises:
            InterruptedRunError: Somebody stopped it.
        """
        self.tell(f"watches {self.config}: looks every {self.every_seconds:g} s; Ctrl-C stops it")
        watcher = Watcher(self.settle_seconds, self._is_busy, lambda: self._run(watcher), self.tell)
        with stopped_by_signals():
            try:
                while True:
                    watcher.look(look_at(self.config), time.monotonic())
                    time.sleep(self.every_seconds)
            except KeyboardInterrupt:
                raise InterruptedRunError("stopped watching") from None

    def _is_busy(self) -> bool:
        return is_locked(runs_folder(load_config(self.config)))

    def _run(self, watcher: Watcher) -> None:
        try:
            equal = LineRun(load_config(self.config), RunPart()).equal_run()
        except (UserError, OSError) as error:
            self.tell(f"no run can begin: {error}")
            return
        if equal:
            self.tell(f"nothing to do: data, config, code and model in service are as run {equal.run} left them")
            return
        self.tell("at rest: starts a run")
        exit_code = run_process(run_command(self.config))
        if exit_code == 0:
            self.tell("goes on watching")
        elif self._is_busy():
            # Somebody was faster: the process found the lock taken.
            watcher.try_again()
        else:
            self.tell(f"the run failed (exit code {exit_code}); the next one is started when something changes")
