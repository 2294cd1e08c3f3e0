"""Answers a file of texts by `bertline predict`, beside Hugging Face's pipeline on texts sorted by length, in turns.

CONFIG is a pipeline whose model, a MiniLM, is promoted; PYTHON is one of the peers' environment (`make bench-setup`):
    python -m benchmarks.batch_inference CONFIG ../shared/data/sst2/train.tsv --peer PYTHON
"""

import argparse
import csv
import json
import pathlib
import random
import subprocess
import tempfile
import time

from benchmarks.result import Result
from benchmarks.single_texts import bundled_model
from benchmarks.start_up import BERTLINE


def main() -> None:
    """Prints the time of each, start-up included, and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=pathlib.Path)
    parser.add_argument("table", type=pathlib.Path, help="SST-2's train.tsv")
    parser.add_argument("--peer", required=True, help="the Python of the peers' environment")
    parser.add_argument(
        "--precision", choices=["float32", "bfloat16"], default="float32", help="the peer's, as ours is"
    )
    parser.add_argument("--rows", type=int, default=20_000, help="of the table, chosen at random")
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--results", type=pathlib.Path, help="where to add what was found, as JSON")
    arguments = parser.parse_args()
    rates: dict[str, list[float]] = {"ours": [], "peer": []}
    with tempfile.TemporaryDirectory() as folder:
        texts = pathlib.Path(folder, "texts.jsonl")
        _write_texts(arguments.table, texts, arguments.rows)
        script = str(pathlib.Path(__file__).with_name("hugging_face_file.py"))
        for turn in range(arguments.turns):
            output = str(pathlib.Path(folder, f"{turn}.jsonl"))
            ours = [BERTLINE, "predict", str(arguments.config), "--input", str(texts), "--output", output]
            peer = [arguments.peer, script, "--model", str(bundled_model()), str(texts), f"{output}.peer"]
            peer += ["--bf16"] if arguments.precision == "bfloat16" else []
            for name, command in zip(rates, (ours, peer), strict=True):
                started = time.monotonic()
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
                rates[name].append(arguments.rows / (time.monotonic() - started))
                print(f"{name}: {rates[name][-1]:.0f} rows/s", flush=True)
    result = Result(
        work=f"batch inference of a file, {arguments.rows} rows, {arguments.precision}, start-up included",
        peer="Hugging Face's pipeline(batch_size=32), texts sorted by length",
        unit="rows/s",
        ours=tuple(rates["ours"]),
        theirs=tuple(rates["peer"]),
        reach=1.3,
    )
    print(result)
    if arguments.results:
        result.append_to(arguments.results)


def _write_texts(table: pathlib.Path, target: pathlib.Path, num_rows: int) -> None:
    with table.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    chosen = random.Random(0).sample(rows, num_rows)
    target.write_text("".join(json.dumps({"sentence": row["sentence"]}) + "\n" for row in chosen), encoding="utf-8")


if __name__ == "__main__":
    main()
