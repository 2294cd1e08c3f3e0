"""Runs of one config that are killed, each in a process of its own: CONFIG MOMENTS.

MOMENTS are JSON: a list of [component, seconds], the seconds since its executor began, or null for the moment at which
it has done all its work and nobody knows yet. A last run goes to its end. TensorFlow and TFX are imported once, and
each run is a fork.
"""

import json
import os
import pathlib
import signal
import sys
import threading
from typing import Any

from tfx.orchestration.portable import launcher

import pipeline.dag
import pipeline.local_runner  # noqa: F401 (imported before the forks)
from pipeline.commands.run import run_line
from pipeline.config_files.load_config import load_config
from pipeline.runs.part import RunPart


def _die() -> None:
    os.killpg(0, signal.SIGKILL)


def _die_in(component: str, seconds: float | None) -> None:
    run_executor = launcher.Launcher._run_executor

    def killed(self: Any, info: Any) -> Any:
        if info.pipeline_node.node_info.id != component:
            return run_executor(self, info)
        if seconds is not None:
            threading.Timer(seconds, _die).start()
        result = run_executor(self, info)
        _die()
        return result

    launcher.Launcher._run_executor = killed


def _forked(config: pathlib.Path, moment: tuple[str, float | None] | None) -> int:
    process = os.fork()
    if process == 0:
        os.setsid()
        if moment is not None:
            _die_in(*moment)
        run_line(load_config(config), RunPart())
        sys.stdout.flush()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def _main(config: str, moments: list[tuple[str, float | None]]) -> None:
    for moment in moments:
        code = _forked(pathlib.Path(config), moment)
        if code != -signal.SIGKILL:
            sys.exit(f"{moment}: ended with {code}")
    sys.exit(_forked(pathlib.Path(config), None))


if __name__ == "__main__":
    _main(sys.argv[1], json.loads(sys.argv[2]))
