"""Answers one text at a time in process, beside onnxruntime, in turns: the median time of a text.

SAVED_MODEL is a version that the line exported of MiniLM; PYTHON is one of the peers' environment (`make bench-setup`):
    python -m benchmarks.single_texts SAVED_MODEL --peer PYTHON --texts short.txt --texts long.txt
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time

from benchmarks.result import Result


def main() -> None:
    """Prints a line for each file of texts; with `--ours`, is the process that answers ours."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("saved_model", type=pathlib.Path)
    parser.add_argument("--peer", help="the Python of the peers' environment")
    parser.add_argument("--texts", type=pathlib.Path, action="append", required=True, help="a text a line; repeatable")
    parser.add_argument("--precision", default="float32", help="what the model computes in, for the table")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--warm-up", type=int, default=20)
    parser.add_argument("--results", type=pathlib.Path, help="where to add what was found, as JSON")
    parser.add_argument("--ours", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.ours:
        print(json.dumps(measure(arguments)))
        return
    texts = [part for path in arguments.texts for part in ("--texts", str(path))]
    ours = [sys.executable, "-m", "benchmarks.single_texts", str(arguments.saved_model), "--ours", *texts]
    peer = [arguments.peer, str(pathlib.Path(__file__).with_name("onnxruntime_texts.py")), *texts]
    peer += ["--model", str(bundled_model())]
    turns = [[_median_times(command) for command in (ours, peer)] for _ in range(arguments.turns)]
    for path in arguments.texts:
        result = Result(
            work=f"one text at a time, in process, {path.stem}, ours in {arguments.precision}",
            peer="onnxruntime, float32",
            unit="ms",
            ours=tuple(mine[path.name] for mine, _ in turns),
            theirs=tuple(its[path.name] for _, its in turns),
            reach=1.0,
            is_time=True,
        )
        print(result)
        if arguments.results:
            result.append_to(arguments.results)


def measure(arguments: argparse.Namespace) -> dict[str, float]:
    """Asks the exported model itself, as a server's session does.

    Returns:
        The median milliseconds of a text by name of its file.
    """
    import tensorflow as tf
    import tensorflow_text  # noqa: F401 - registers the ops that cut texts

    found = {}
    # As TensorFlow Serving loads it, and with the threads that it takes by default.
    with tf.compat.v1.Session(graph=tf.Graph()) as session:
        model = tf.compat.v1.saved_model.load(session, ["serve"], str(arguments.saved_model))
        signature = model.signature_def["serving_default"]
        [text_input] = (tensor.name for tensor in signature.inputs.values())
        outputs = [tensor.name for tensor in signature.outputs.values()]
        answer = session.make_callable(outputs, [text_input])
        for path in arguments.texts:
            texts = path.read_text(encoding="utf-8").splitlines()
            seconds = []
            for text in [*texts[: arguments.warm_up], *texts]:
                started = time.perf_counter()
                answer([text])
                seconds.append(time.perf_counter() - started)
            found[path.name] = statistics.median(seconds[arguments.warm_up :]) * 1000
    return found


def bundled_model() -> pathlib.Path:
    """MiniLM's folder."""
    from models.presets import preset_location

    return pathlib.Path(preset_location("minilm_l6_en"))


def _median_times(command: list[str]) -> dict[str, float]:
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, float] = json.loads(output.splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
