"""Times a whole run of the line, training aside, beside a plain script that loads, tokenises, trains, evaluates, saves.

PYTHON is one of the peer's environment (`make bench-setup`):
    python -m benchmarks.whole_run ../shared/data/sst2 --peer PYTHON --rows 6000
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

from benchmarks.fine_tuning import line_config, peer_command, write_sample
from benchmarks.result import Result
from benchmarks.timed_line import run_line
from models.rare_collection import collect_rarely


def main() -> None:
    """Prints a line for each run, and the ratio; with `--ours`, is the process that runs ours."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path, help="folder sst2, with train.tsv and dev.tsv")
    parser.add_argument("--peer", help="the Python of the peer's environment")
    parser.add_argument("--rows", type=int, default=6000, help="of the data, chosen at random")
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--results", type=pathlib.Path, help="where to add what was found, as JSON")
    parser.add_argument("--ours", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.ours:
        # As the command line does.
        collect_rarely()
        print(json.dumps({"training_seconds": run(arguments.data)}))
        return
    figures: dict[str, list[float]] = {"ours": [], "a plain script": []}
    trainings: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        write_sample(arguments.data, pathlib.Path(folder), arguments.rows)
        ours = [sys.executable, "-m", "benchmarks.whole_run", folder, "--ours"]
        peer = [*peer_command(arguments.peer, folder), "--epochs", "1", "--save", f"{folder}/saved"]
        for _ in range(arguments.turns):
            for name, command in zip(figures, (ours, peer), strict=True):
                started = time.monotonic()
                output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
                seconds = time.monotonic() - started
                found = json.loads(output.splitlines()[-1])
                figures[name].append(seconds - found["training_seconds"])
                trainings += [found["training_seconds"]] if name == "ours" else []
                print(f"{name:14} {seconds:.1f} s, {json.dumps(found)}", flush=True)
    shown = " and ".join(f"{seconds:.0f}" for seconds in trainings)
    result = Result(
        work=f"a whole run, {arguments.data.name}, {arguments.rows} rows, without its training of {shown} s",
        peer="a plain script (Hugging Face)",
        unit="s",
        ours=tuple(figures["ours"]),
        theirs=tuple(figures["a plain script"]),
        reach="the peer's + 25 s + 10 %",
        is_time=True,
    )
    print(result)
    if arguments.results:
        result.append_to(arguments.results)


def run(data: pathlib.Path) -> float:
    """Runs the whole line once, until its model is promoted and its report written.

    Returns:
        Seconds of its training.
    """
    from benchmarks.timed_training import TimedTraining

    with tempfile.TemporaryDirectory() as folder, TimedTraining() as training:
        config = line_config(data, folder) | {"serving": {"directory": f"{folder}/serving"}}
        run_line(config, last="Report")
    return round(training.seconds, 1)


if __name__ == "__main__":
    main()
