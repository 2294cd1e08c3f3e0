"""Runs every benchmark that has a peer, one after the other, and writes benchmarks/RESULTS.md: `make bench`.

python -m benchmarks.run_all --peer PYTHON --data ../shared/data
"""

import argparse
import csv
import datetime
import importlib.metadata
import itertools
import json
import os
import pathlib
import platform
import shlex
import subprocess
import sys
import tempfile

from benchmarks.result import Result
from benchmarks.start_up import BERTLINE

RESULTS = pathlib.Path(__file__).with_name("RESULTS.md")
OUR_PACKAGES = ("tensorflow", "keras", "keras-hub", "tfx", "apache-beam")
PEER_PACKAGES = ("torch", "transformers", "accelerate", "datasets", "onnxruntime", "tokenizers")
PRECISIONS = ("float32", "bfloat16")
NUM_TEXTS = 200


def main() -> None:
    """Prints what each benchmark prints, and writes the table after each, so that a stop loses one at most."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", required=True, help="the Python of the peers' environment")
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder with sst2, mrpc and squad")
    parser.add_argument("--rows", type=int, default=10_000, help="of SST-2, to fine-tune on and to answer")
    parser.add_argument("--folder", type=pathlib.Path, help="where models and results are kept, to go on with --from")
    parser.add_argument("--from", dest="first", type=int, default=1, help="number of the first benchmark to run")
    parser.add_argument("--turns", type=int, help="of each benchmark; without it, each has its own number")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or pathlib.Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        found = folder / "results.jsonl"
        if arguments.first == 1:
            found.write_text("")
        commands = _commands(arguments, folder)
        for number, command in enumerate(commands[arguments.first - 1 :], arguments.first):
            print(f"{number} of {len(commands)}: python -m {shlex.join(command)}", flush=True)
            subprocess.run([sys.executable, "-m", *command, "--results", str(found)], check=True)
            RESULTS.write_text(_page(Result.read_all(found), commands, arguments.peer), encoding="utf-8")


def _commands(arguments: argparse.Namespace, folder: pathlib.Path) -> list[list[str]]:
    sst2, mrpc = (str(arguments.data / name) for name in ("sst2", "mrpc"))
    peer, rows = ["--peer", arguments.peer], ["--rows", str(arguments.rows)]
    texts = [part for path in _texts(arguments.data, folder) for part in ("--texts", str(path))]
    configs = {precision: _promoted(arguments.data, folder, precision) for precision in PRECISIONS}
    commands = []
    for precision, config in configs.items():
        chosen = ["--precision", precision, *peer]
        served = [str(config.parent / "serving" / config.stem / "1"), "--precision", precision, *peer, *texts]
        commands += [
            ["benchmarks.single_texts", *served],
            ["benchmarks.many_clients", *served],
            ["benchmarks.fine_tuning", sst2, *rows, *chosen],
            ["benchmarks.fine_tuning", sst2, *rows, "--precision", precision, "--fixed-length"],
            ["benchmarks.fine_tuning", mrpc, *chosen],
            ["benchmarks.batch_inference", str(config), f"{sst2}/train.tsv", *rows, *chosen],
        ]
    turns = ["--turns", str(arguments.turns)] if arguments.turns else []
    commands = [
        ["benchmarks.start_up", str(configs["float32"])],
        ["benchmarks.whole_run", sst2, *peer],
        ["benchmarks.ingest", sst2, *peer],
        *commands,
    ]
    return [[*command, *turns] for command in commands]


def _texts(data: pathlib.Path, folder: pathlib.Path) -> list[pathlib.Path]:
    """Files of sentences of SST-2, and of paragraphs of SQuAD that fill 128 pieces."""
    with (data / "sst2" / "dev.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        short = [row["sentence"] for row in itertools.islice(rows, NUM_TEXTS)]
    [articles, *_] = sorted((data / "squad").glob("dev*.json"))
    paragraphs = (
        paragraph["context"].replace("\n", " ")
        for article in json.loads(articles.read_text(encoding="utf-8"))["data"]
        for paragraph in article["paragraphs"]
    )
    long = list(itertools.islice((text for text in paragraphs if len(text) > 800), NUM_TEXTS))
    for name, texts in (("short", short), ("long", long)):
        (folder / f"{name}.txt").write_text("\n".join(texts), encoding="utf-8")
    return [folder / "short.txt", folder / "long.txt"]


def _promoted(data: pathlib.Path, folder: pathlib.Path, precision: str) -> pathlib.Path:
    """The config of a MiniLM that was fine-tuned for an instant, and promoted."""
    config = folder / f"served_{precision}.yaml"
    if config.exists():
        return config
    values = {
        "name": config.stem,
        "task": "text_classification",
        "data": {"path": str((data / "sst2" / "dev.tsv").resolve()), "columns": {"text": "sentence"}, "quoting": False},
        "model": {"served_precision": precision},
        "training": {"epochs": 1},
    }
    # YAML, too.
    config.write_text(json.dumps(values))
    subprocess.run([BERTLINE, "run", str(config)], check=True, stdout=subprocess.DEVNULL)
    return config


def _page(results: list[Result], commands: list[list[str]], peer: str) -> str:
    ours = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in OUR_PACKAGES)
    script = "import sys, importlib.metadata as m; print(', '.join(f'{n} {m.version(n)}' for n in sys.argv[1:]))"
    asked = subprocess.run([peer, "-c", script, *PEER_PACKAGES], check=True, stdout=subprocess.PIPE, text=True)
    lines = [
        "# Ours beside its peers",
        "",
        f"{datetime.date.today().isoformat()}, {os.cpu_count()} processors ({_processor()}), {platform.system()}. "
        f"Ours: {ours}. Peers: {asked.stdout.strip()}.",
        "Each figure is of one turn; ours and the peer's ran in turns. A ratio above 1 says that ours was better: the "
        "median, the least and the most. Written by `make bench`.",
        "",
        "| work | peer | ours | peer's | ratio | wanted |",
        "|---|---|---|---|---|---|",
        *(result.row() for result in results),
        "",
        "Commands:",
        "",
        *(f"    python -m {shlex.join(_without_places(command, peer))}" for command in commands),
    ]
    return "\n".join(lines) + "\n"


def _without_places(command: list[str], peer: str) -> list[str]:
    """A command for any machine."""
    return ["PYTHON" if part == peer else pathlib.Path(part).name if "/" in part else part for part in command]


def _processor() -> str:
    cpuinfo = pathlib.Path("/proc/cpuinfo")
    names = [
        line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")
    ]
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    main()
