"""Kills runs at random moments, runs again, and compares with a run that nobody disturbed.

    python -m benchmarks.random_kills CONFIG --kills 20

Each trial copies the config's folder, kills a run (SIGKILL, the whole process group) at a moment that is equally likely
anywhere between its start and its end, and runs again. The second run must come to its end, put version 1 into service
and nothing else, with the weights and metrics of the undisturbed run.
"""

import argparse
import dataclasses
import hashlib
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import yaml

from pipeline.runs.history import RunHistory

_BERTLINE = (sys.executable, "-c", "import sys; from pipeline.cli import main; sys.exit(main())")


@dataclasses.dataclass(frozen=True)
class Result:
    """What a finished run leaves: its metrics, the hash of its weights and the versions in service."""

    metrics: dict[str, float | None]
    weights: str
    versions: tuple[str, ...]


def main() -> None:
    """Runs the trials and prints one line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=pathlib.Path)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        undisturbed = _finish(_project(arguments.config, pathlib.Path(folder) / "undisturbed"))
        seconds = time.monotonic() - started
        print(f"undisturbed: {seconds:.0f} s, {undisturbed}", flush=True)
        moments = random.Random(arguments.seed)
        equal = 0
        for number in range(1, arguments.kills + 1):
            config = _project(arguments.config, pathlib.Path(folder) / str(number))
            after = moments.uniform(0, seconds)
            where = _kill(config, after)
            result = _finish(config)
            equal += result == undisturbed
            print(f"{number:>3}  killed after {after:5.1f} s {where:<30} {_told(result, undisturbed)}", flush=True)
            shutil.rmtree(config.parent)
        print(f"{equal} of {arguments.kills} ended as the undisturbed run")
    sys.exit(equal != arguments.kills)


def _project(config: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    shutil.copytree(config.parent, folder, ignore=shutil.ignore_patterns("runs", "serving"))
    return folder / config.name


def _kill(config: pathlib.Path, after: float) -> str:
    """Kills a run and tells where it was."""
    run = subprocess.Popen(
        [*_BERTLINE, "run", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    time.sleep(after)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    records = _history(config).records()
    if not records or records[0].state == "done":
        return "after its end" if records else "before its record"
    running = [name for name, component in records[0].components.items() if component.state == "running"]
    return f"in {running[0]}" if running else "between components"


def _finish(config: pathlib.Path) -> Result:
    """Runs to the end."""
    done = subprocess.run([*_BERTLINE, "run", str(config)], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"the run failed with {done.returncode}:\n{done.stdout}{done.stderr}")
    record = _history(config).records()[0]
    if record.outcome is None or record.outcome.path is None:
        sys.exit(f"nothing is in service:\n{done.stdout}")
    version = pathlib.Path(record.outcome.path)
    digest = hashlib.sha256()
    for path in sorted((version / "variables").iterdir()):
        digest.update(path.read_bytes())
    versions = tuple(sorted(path.name for path in version.parent.iterdir() if path.name.isdigit()))
    return Result(dict(record.outcome.metrics), digest.hexdigest()[:16], versions)


def _history(config: pathlib.Path) -> RunHistory:
    name = yaml.safe_load(config.read_text())["name"]
    return RunHistory(config.parent / "runs" / name)


def _told(result: Result, undisturbed: Result) -> str:
    return "equal" if result == undisturbed else f"DIFFERENT: {result}"


if __name__ == "__main__":
    main()
