"""Fine-tunes the bundled MiniLM on SST-2 or MRPC beside Hugging Face's Trainer, in turns: examples/s and accuracy.

Both count from the first step to the last one, what they build at the first step included; ours judges each epoch
besides, which is not counted. PYTHON is one of the peer's environment (`make bench-setup`):
    python -m benchmarks.fine_tuning ../shared/data/sst2 --peer PYTHON --rows 10000 --precision bfloat16
With --fixed-length in place of --peer, beside Keras' own layers and optimizer on rows padded to 128 pieces.
"""

import argparse
import csv
import json
import pathlib
import random
import subprocess
import sys
import tempfile
from typing import Any

from benchmarks.result import Result
from benchmarks.single_texts import bundled_model
from benchmarks.timed_line import run_line

COLUMNS = {
    "sst2": {"text": "sentence", "label": "label"},
    "mrpc": {"text": "#1 String", "text_pair": "#2 String", "label": "Quality"},
}
BATCH_SIZE, LEARNING_RATE, MAX_LENGTH = 32, 5e-5, 128


def main() -> None:
    """Prints a line for each training, and the ratio; with `--ours`, is the process that trains ours."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=pathlib.Path, help="folder sst2 or mrpc, with train.tsv and dev.tsv")
    parser.add_argument("--peer", help="the Python of the peer's environment")
    parser.add_argument("--fixed-length", action="store_true", help="beside a training on rows of equal length")
    parser.add_argument("--rows", type=int, help="train on so many rows, chosen at random, instead of all")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--results", type=pathlib.Path, help="where to add what was found, as JSON")
    parser.add_argument("--ours", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.ours:
        print(json.dumps(train(arguments)))
        return
    with tempfile.TemporaryDirectory() as folder:
        write_sample(arguments.data, pathlib.Path(folder), arguments.rows)
        peer = "Keras, all rows 128 pieces long" if arguments.fixed_length else "Hugging Face's Trainer"
        figures: dict[str, list[float]] = {"ours": [], peer: []}
        for turn in range(arguments.turns):
            commands = _commands(arguments, folder, seed=arguments.seed + turn)
            for name, command in zip(figures, commands, strict=True):
                output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
                found = json.loads(output.stdout.splitlines()[-1])
                figures[name].append(found["examples_per_second"])
                print(f"{name:23} {json.dumps(found)}", flush=True)
    result = Result(
        work=f"fine-tuning, {arguments.data.name}, {arguments.precision}",
        peer=peer,
        unit="examples/s",
        ours=tuple(figures["ours"]),
        theirs=tuple(figures[peer]),
        reach=4.0 if arguments.fixed_length else 1.3,
    )
    print(result)
    if arguments.results:
        result.append_to(arguments.results)


def train(arguments: argparse.Namespace) -> dict[str, Any]:
    """Trains ours once, by the line's own components.

    Returns:
        Examples/s of the calls of Keras' `fit`, and the accuracy of the best epoch.
    """
    from benchmarks.timed_training import TimedTraining

    with tempfile.TemporaryDirectory() as folder, TimedTraining() as training:
        settings = {name: getattr(arguments, name) for name in ("epochs", "precision", "seed")}
        components = run_line(line_config(arguments.data, folder, **settings), last="Trainer")
    with (arguments.data / "train.tsv").open("rb") as lines:
        rows = sum(1 for _ in lines) - 1
    return {
        "precision": arguments.precision,
        "examples_per_second": round(rows * arguments.epochs / training.seconds, 1),
        "accuracy": round(max(training.accuracies), 4),
        "seconds": {name: round(spent.seconds, 1) for name, spent in components.items()},
    }


def line_config(data: pathlib.Path, folder: str, **training: Any) -> dict[str, Any]:
    """The config of a run on `train.tsv` and `dev.tsv` of a folder, which keeps its artifacts in another."""
    return {
        "name": "fine-tuning",
        "task": "text_classification",
        "data": {
            "train": str(data / "train.tsv"),
            "eval": str(data / "dev.tsv"),
            "columns": COLUMNS["mrpc" if "Quality" in _header(data) else "sst2"],
            "quoting": False,
        },
        "model": {"sequence_length": MAX_LENGTH},
        "training": {"epochs": 1, "batch_size": BATCH_SIZE, "learning_rate": LEARNING_RATE, **training},
        "runs_directory": folder,
    }


def peer_command(python: str, folder: str) -> list[str]:
    """Hugging Face's Trainer on the data of a folder."""
    script = pathlib.Path(__file__).with_name("hugging_face_trainer.py")
    return [python, str(script), "--model", str(bundled_model()), *_splits(folder)]


def _commands(arguments: argparse.Namespace, folder: str, seed: int) -> tuple[list[str], list[str]]:
    """Ours and the peer's."""
    common = ["--epochs", str(arguments.epochs), "--seed", str(seed)]
    ours = [sys.executable, "-m", "benchmarks.fine_tuning", folder, "--ours", "--precision", arguments.precision]
    if arguments.fixed_length:
        peer = [sys.executable, "-m", "benchmarks.fixed_length_trainer", *_splits(folder)]
    else:
        peer = peer_command(arguments.peer, folder)
    peer += ["--bf16"] if arguments.precision == "bfloat16" else []
    return [*ours, *common], [*peer, *common]


def _splits(folder: str) -> list[str]:
    return ["--train", f"{folder}/train.tsv", "--eval", f"{folder}/dev.tsv"]


def _header(data: pathlib.Path) -> list[str]:
    with (data / "train.tsv").open(encoding="utf-8-sig", newline="") as lines:
        return next(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def write_sample(data: pathlib.Path, folder: pathlib.Path, num_rows: int | None) -> None:
    """Copies a data set into a folder, with all its rows or some, chosen at random."""
    header, *rows = (data / "train.tsv").read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True)
    if num_rows is not None:
        rows = random.Random(0).sample(rows, num_rows)
    (folder / "train.tsv").write_bytes(header + b"".join(rows))
    (folder / "dev.tsv").write_bytes((data / "dev.tsv").read_bytes().removeprefix(b"\xef\xbb\xbf"))


if __name__ == "__main__":
    main()
