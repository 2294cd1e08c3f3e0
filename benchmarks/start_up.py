"""Times what one waits for: help, a run that has nothing to do, and a server until it answers.

CONFIG is a pipeline whose model is promoted already, as `bertline run CONFIG` leaves it:
    python -m benchmarks.start_up CONFIG
"""

import argparse
import pathlib
import subprocess
import sys
import time

from benchmarks.result import Result
from serving.server.process import ServerProcess

BERTLINE = str(pathlib.Path(sys.executable).with_name("bertline"))


def main() -> None:
    """Prints a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=pathlib.Path)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--results", type=pathlib.Path, help="where to add what was found, as JSON")
    arguments = parser.parse_args()
    config = str(arguments.config)
    waits = {
        "bertline --help": (lambda: _run("--help"), 0.7),
        "bertline run --help": (lambda: _run("run", "--help"), 0.7),
        "bertline run, nothing changed": (lambda: _run("run", config), 12),
        "bertline serve until it is ready": (lambda: _serve(config), 10),
    }
    for work, (wait, most) in waits.items():
        seconds = tuple(wait() for _ in range(arguments.turns))
        result = Result(work, "", "s", seconds, (), f"{most} at most", is_time=True)
        print(result, flush=True)
        if arguments.results:
            result.append_to(arguments.results)


def _run(*words: str) -> float:
    started = time.monotonic()
    subprocess.run([BERTLINE, *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - started


def _serve(config: str) -> float:
    from pipeline.config_files.load_config import load_config
    from pipeline.versions.version_in_service import version_in_service

    path = pathlib.Path(config)
    loaded = load_config(path)
    base_path = version_in_service(loaded, path).folder.parent
    started = time.monotonic()
    with ServerProcess.of_model(loaded.name, base_path):
        return time.monotonic() - started


if __name__ == "__main__":
    main()
