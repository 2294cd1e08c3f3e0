"""From raw files to stored token ids, beside `datasets.map` with a fast tokenizer: time, processor time, peak memory.

On copies of SST-2, each size in processes of its own. PYTHON is one of the peers' environment (`make bench-setup`):
    python -m benchmarks.ingest ../shared/data/sst2 --copies 1 4 16 --peer PYTHON
"""

import argparse
import json
import pathlib
import resource
import subprocess
import sys
import tempfile
from typing import Any

from benchmarks.result import Result
from benchmarks.single_texts import bundled_model
from benchmarks.timed_line import run_line

_KIBIBYTES_PER_MIB = 1024
_OURS = ("TextExampleGen", "Transform")
"""Their work is what the peer does; what the line does besides (statistics, schema, gates) is not counted."""


def main() -> None:
    """Prints what each size took, then the ratios; with `--ours`, is the process that measures one size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sst2", type=pathlib.Path, help="folder with train.tsv and dev.tsv")
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 4, 16], help="how often to repeat the train split")
    parser.add_argument("--peer", help="the Python of the peers' environment")
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--results", type=pathlib.Path, help="where to add what was found, as JSON")
    parser.add_argument("--ours", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.ours:
        print(json.dumps(measure(arguments.sst2)))
        return
    for result in _results(arguments):
        print(result, flush=True)
        if arguments.results:
            result.append_to(arguments.results)


def measure(data: pathlib.Path) -> dict[str, Any]:
    """Runs the line up to Transform once.

    Args:
        data: A folder with `train.tsv` and `dev.tsv`.

    Returns:
        Rows that were read, seconds and processor seconds of `_OURS`, the seconds of each component, and the peak
        resident memory in MiB, imports included.
    """
    from components.text_example_gen.ingest_summary import read_summary

    with tempfile.TemporaryDirectory() as folder:
        spent = run_line(
            {
                "name": "ingest",
                "task": "text_classification",
                "data": {
                    "train": str(data / "train.tsv"),
                    "eval": str(data / "dev.tsv"),
                    "columns": {"text": "sentence"},
                    "quoting": False,
                },
                "runs_directory": folder,
            },
            last="Transform",
        )
        [rejects] = pathlib.Path(folder).glob("ingest/artifacts/TextExampleGen/rejects/*")
        rows = read_summary(f"{rejects}/summary.json").rows
    return {
        "rows": rows,
        "seconds": sum(spent[name].seconds for name in _OURS),
        "cpu_seconds": sum(spent[name].cpu_seconds for name in _OURS),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIBIBYTES_PER_MIB,
        "components": {name: round(each.seconds, 1) for name, each in spent.items()},
    }


def _results(arguments: argparse.Namespace) -> list[Result]:
    script = str(pathlib.Path(__file__).with_name("datasets_map.py"))
    found: dict[int, list[tuple[dict[str, Any], dict[str, Any]]]] = {}
    for copies in arguments.copies:
        with tempfile.TemporaryDirectory() as folder:
            _write_copies(arguments.sst2, pathlib.Path(folder), copies)
            ours = [sys.executable, "-m", "benchmarks.ingest", folder, "--ours"]
            peer = [arguments.peer, script, folder, "--model", str(bundled_model())]
            found[copies] = [(_asked(ours), _asked(peer)) for _ in range(arguments.turns)]
    return [
        *(_beside_the_peer(pairs) for pairs in found.values()),
        *(_growth(pairs, min(found.values(), key=lambda each: each[0][0]["rows"])) for pairs in found.values()),
    ]


def _asked(command: list[str]) -> dict[str, Any]:
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1]
    print(output, flush=True)
    found: dict[str, Any] = json.loads(output)
    return found


def _beside_the_peer(pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> Result:
    rates = [[each["rows"] / each["cpu_seconds"] for each in pair] for pair in pairs]
    return Result(
        work=f"raw text to stored token ids, {pairs[0][0]['rows']:,} rows",
        peer="datasets.map, fast tokenizer, Arrow",
        unit="rows per processor second",
        ours=tuple(mine for mine, _ in rates),
        theirs=tuple(its for _, its in rates),
        reach=1.0,
    )


def _growth(
    pairs: list[tuple[dict[str, Any], dict[str, Any]]], smallest: list[tuple[dict[str, Any], dict[str, Any]]]
) -> Result:
    ours = [mine for mine, _ in pairs]
    memory = ", ".join(f"{each['peak_mib']:,.0f}" for each in ours)
    least = min(mine["seconds"] / mine["rows"] for mine, _ in smallest)
    return Result(
        work=f"time of {ours[0]['rows']:,} rows as the smallest's time grows; memory {memory} MiB",
        peer="",
        unit="times",
        ours=tuple(each["seconds"] / each["rows"] / least for each in ours),
        theirs=(),
        reach="1.1 at most",
        is_time=True,
    )


def _write_copies(sst2: pathlib.Path, folder: pathlib.Path, copies: int) -> None:
    """Rows of each copy end with its number, so that all are distinct."""
    (folder / "dev.tsv").write_bytes((sst2 / "dev.tsv").read_bytes())
    header, *lines = (sst2 / "train.tsv").read_bytes().splitlines(keepends=True)
    with (folder / "train.tsv").open("wb") as file:
        file.write(header)
        for copy in range(copies):
            file.writelines(line.replace(b"\t", b"%d\t" % copy) for line in lines)


if __name__ == "__main__":
    main()
