"""Measures time and peak memory from raw files to stored token ids, on copies of SST-2, each size in its own process.

python -m benchmarks.ingest ../shared/data/sst2 --copies 1 4 16
"""

import argparse
import json
import pathlib
import resource
import subprocess
import sys
import tempfile

from benchmarks.timed_line import run_line

_KIBIBYTES_PER_MIB = 1024


def main() -> None:
    """Prints a line for each number of copies; with `--one`, is the process that measures one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sst2", type=pathlib.Path, help="folder with train.tsv and dev.tsv")
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 4, 16], help="how often to repeat the train split")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(measure(arguments.sst2, arguments.copies[0])))
        return
    print("copies       rows   ingest  Transform  statistics  peak MiB   (seconds)")
    for copies in arguments.copies:
        command = [sys.executable, "-m", "benchmarks.ingest", str(arguments.sst2), "--copies", str(copies), "--one"]
        output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        found = json.loads(output.splitlines()[-1])
        print(
            f"{copies:6} {found['rows']:10,} {found['TextExampleGen']:8.1f} {found['Transform']:10.1f}"
            f" {found['StatisticsGen']:11.1f} {found['peak_mib']:9.0f}"
        )


def measure(sst2: pathlib.Path, copies: int) -> dict[str, float]:
    """Runs the line up to Transform once.

    Args:
        sst2: The folder of the data set.
        copies: How often to repeat the train split; each copy's rows end with its number, so that all are distinct.

    Returns:
        Rows that were read, the seconds of each component, and the peak resident memory in MiB, imports included.
    """
    from components.text_example_gen.ingest_summary import read_summary

    with tempfile.TemporaryDirectory() as folder:
        train = pathlib.Path(folder) / "train.tsv"
        _write_copies(sst2 / "train.tsv", train, copies)
        seconds = run_line(
            {
                "name": "ingest",
                "task": "text_classification",
                "data": {
                    "train": str(train),
                    "eval": str((sst2 / "dev.tsv").resolve()),
                    "columns": {"text": "sentence"},
                    "quoting": False,
                },
                "runs_directory": folder,
            },
            last="Transform",
        )
        [rejects] = pathlib.Path(folder).glob("ingest/artifacts/TextExampleGen/rejects/*")
        rows = read_summary(f"{rejects}/summary.json").rows
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIBIBYTES_PER_MIB
    return {"rows": rows, "peak_mib": peak_mib, **seconds}


def _write_copies(source: pathlib.Path, target: pathlib.Path, copies: int) -> None:
    header, *lines = source.read_bytes().splitlines(keepends=True)
    with target.open("wb") as file:
        file.write(header)
        for copy in range(copies):
            file.writelines(line.replace(b"\t", b"%d\t" % copy) for line in lines)


if __name__ == "__main__":
    main()
