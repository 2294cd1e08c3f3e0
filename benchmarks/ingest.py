"""Measures time and peak memory of the ingest on copies of SST-2, in a process of its own for each size.

python benchmarks/ingest.py ../shared/data/sst2 --copies 1 4 16
"""

import argparse
import json
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

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
    print("copies       rows  seconds  CPU seconds  peak MiB  before MiB")
    for copies in arguments.copies:
        command = [sys.executable, __file__, str(arguments.sst2), "--copies", str(copies), "--one"]
        output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        found = json.loads(output.splitlines()[-1])
        print(
            f"{copies:6} {found['rows']:10,} {found['seconds']:8.2f} {found['cpu_seconds']:12.2f}"
            f" {found['peak_mib']:9.0f} {found['before_mib']:11.0f}"
        )


def measure(sst2: pathlib.Path, copies: int) -> dict[str, float]:
    """Ingests once.

    Args:
        sst2: The folder of the data set.
        copies: How often to repeat the train split; each copy's rows end with its number, so that all are distinct.

    Returns:
        Rows that were read; wall and CPU time of the executor in seconds, imports excluded; peak resident memory in
        MiB, and what imports took of it.
    """
    from tfx.types.standard_artifacts import Examples

    from components.text_example_gen.artifact import RejectedRows
    from components.text_example_gen.component import TextExampleGen
    from components.text_example_gen.config import DataConfig
    from components.text_example_gen.executor import Executor
    from components.text_example_gen.ingest_summary import read_summary
    from pipeline.places import LOCAL_BEAM_ARGUMENTS

    with tempfile.TemporaryDirectory() as folder:
        train = pathlib.Path(folder) / "train.tsv"
        _write_copies(sst2 / "train.tsv", train, copies)
        data = DataConfig(train=str(train), eval=str(sst2 / "dev.tsv"), columns={"text": "sentence"}, quoting=False)
        component = TextExampleGen(task="text_classification", data=data, failed_rejects=f"{folder}/failed")
        examples, rejects = Examples(), RejectedRows()
        examples.uri, rejects.uri = f"{folder}/examples", f"{folder}/rejects"
        executor = Executor(Executor.Context(beam_pipeline_args=list(LOCAL_BEAM_ARGUMENTS)))
        before = _peak_mib()
        start, cpu_start = time.perf_counter(), time.process_time()
        executor.Do({}, {"examples": [examples], "rejects": [rejects]}, dict(component.exec_properties))
        seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu_start
        rows = read_summary(f"{rejects.uri}/summary.json").rows
    return {
        "rows": rows,
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "peak_mib": _peak_mib(),
        "before_mib": before,
    }


def _write_copies(source: pathlib.Path, target: pathlib.Path, copies: int) -> None:
    header, *lines = source.read_bytes().splitlines(keepends=True)
    with target.open("wb") as file:
        file.write(header)
        for copy in range(copies):
            file.writelines(line.replace(b"\t", b"%d\t" % copy) for line in lines)


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIBIBYTES_PER_MIB


if __name__ == "__main__":
    main()
