"""Fine-tunes the bundled MiniLM on SST-2 or MRPC beside Hugging Face's Trainer, in turns: examples/s and accuracy.

Both count from the first step to the last one, what they build at the first step included; ours judges each epoch
besides, which is not counted. PYTHON is one of the peer's environment (`make bench-setup`):
    python -m benchmarks.fine_tuning ../shared/data/sst2 --peer PYTHON --rows 10000 --precision bfloat16
"""

import argparse
import csv
import json
import logging
import pathlib
import random
import subprocess
import sys
import tempfile
import time
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
        _write_sample(arguments.data, pathlib.Path(folder), arguments.rows)
        figures: dict[str, list[float]] = {"bertline": [], "Hugging Face": []}
        for turn in range(arguments.turns):
            for name, command in _commands(arguments, folder, seed=arguments.seed + turn).items():
                output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
                found = json.loads(output.stdout.splitlines()[-1])
                figures[name].append(found["examples_per_second"])
                print(f"{name:13} {json.dumps(found)}", flush=True)
    result = Result(
        work=f"fine-tuning, {arguments.data.name}, {arguments.precision}",
        peer="Hugging Face's Trainer",
        unit="examples/s",
        ours=tuple(figures["bertline"]),
        theirs=tuple(figures["Hugging Face"]),
        reach=1.3,
    )
    print(result)
    if arguments.results:
        result.append_to(arguments.results)


def train(arguments: argparse.Namespace) -> dict[str, Any]:
    """Trains ours once, by the line's own components.

    Returns:
        Examples/s of the calls of Keras' `fit`, and the accuracy of the best epoch.
    """
    import keras

    from models.training.progress import TrainingProgress

    accuracies: list[float] = []
    seconds: list[float] = []
    fit = keras.Model.fit

    def timed_fit(*values: Any, **named: Any) -> Any:
        started = time.monotonic()
        history = fit(*values, **named)
        seconds.append(time.monotonic() - started)
        return history

    class Accuracies(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            progress = getattr(record, "progress", None)
            if isinstance(progress, TrainingProgress) and "val_accuracy" in progress.metrics:
                accuracies.append(progress.metrics["val_accuracy"])

    keras.Model.fit = timed_fit
    log = logging.getLogger("models.training.progress")
    log.addHandler(Accuracies())
    log.setLevel(logging.INFO)
    with tempfile.TemporaryDirectory() as folder:
        components = run_line(_config(arguments, folder), last="Trainer")
    with (arguments.data / "train.tsv").open("rb") as lines:
        rows = sum(1 for _ in lines) - 1
    return {
        "precision": arguments.precision,
        "examples_per_second": round(rows * arguments.epochs / sum(seconds), 1),
        "accuracy": round(max(accuracies), 4),
        "seconds": {name: round(value, 1) for name, value in components.items()},
    }


def _config(arguments: argparse.Namespace, folder: str) -> dict[str, Any]:
    return {
        "name": "fine-tuning",
        "task": "text_classification",
        "data": {
            "train": str(arguments.data / "train.tsv"),
            "eval": str(arguments.data / "dev.tsv"),
            "columns": COLUMNS["mrpc" if "Quality" in _header(arguments.data) else "sst2"],
            "quoting": False,
        },
        "model": {"sequence_length": MAX_LENGTH},
        "training": {
            "epochs": arguments.epochs,
            "batch_size": BATCH_SIZE,
            "learning_rate": LEARNING_RATE,
            "precision": arguments.precision,
            "seed": arguments.seed,
        },
        "runs_directory": folder,
    }


def _commands(arguments: argparse.Namespace, folder: str, seed: int) -> dict[str, list[str]]:
    common = ["--epochs", str(arguments.epochs), "--seed", str(seed)]
    ours = [sys.executable, "-m", "benchmarks.fine_tuning", folder, "--ours", "--precision", arguments.precision]
    peer = [arguments.peer, str(pathlib.Path(__file__).with_name("hugging_face_trainer.py"))]
    peer += ["--model", str(bundled_model()), "--train", f"{folder}/train.tsv", "--eval", f"{folder}/dev.tsv"]
    peer += ["--bf16"] if arguments.precision == "bfloat16" else []
    return {"bertline": [*ours, *common], "Hugging Face": [*peer, *common]}


def _header(data: pathlib.Path) -> list[str]:
    with (data / "train.tsv").open(encoding="utf-8-sig", newline="") as lines:
        return next(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def _write_sample(data: pathlib.Path, folder: pathlib.Path, num_rows: int | None) -> None:
    header, *rows = (data / "train.tsv").read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True)
    if num_rows is not None:
        rows = random.Random(0).sample(rows, num_rows)
    (folder / "train.tsv").write_bytes(header + b"".join(rows))
    (folder / "dev.tsv").write_bytes((data / "dev.tsv").read_bytes().removeprefix(b"\xef\xbb\xbf"))


if __name__ == "__main__":
    main()
