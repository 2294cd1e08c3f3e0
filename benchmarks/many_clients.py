"""Serves 32 clients that send one text at a time, short and long ones mixed, beside onnxruntime and torch, in turns.

SAVED_MODEL is a version that the line exported of MiniLM; PYTHON is one of the peers' environment (`make bench-setup`):
    python -m benchmarks.many_clients SAVED_MODEL --peer PYTHON --texts short.txt --texts long.txt
"""

import argparse
import contextlib
import pathlib
import random
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator

from benchmarks.result import Result
from benchmarks.serving_load import PARAMETERS, Asked, ask_ours, ask_peer, load
from benchmarks.single_texts import bundled_model
from serving.server.options import LENGTH_BUCKETS
from serving.server.process import ServerProcess

PEERS = {
    # Two requests at a time on a thread each: faster than one on both.
    "onnxruntime, float32": (["--onnxruntime", "--threads", "1", "--at_once", "2"], 1.5),
    "torch, float32": (["--threads", "1", "--at_once", "2"], 1.5),
    "torch, bfloat16": (["--bf16", "--threads", "1", "--at_once", "2"], 1.1),
}
READY_SECONDS = 120


def main() -> None:
    """Prints a line for each peer."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("saved_model", type=pathlib.Path)
    parser.add_argument("--peer", required=True, help="the Python of the peers' environment")
    parser.add_argument("--texts", type=pathlib.Path, action="append", required=True, help="a text a line; repeatable")
    parser.add_argument("--precision", default="float32", help="what the model computes in, for the table")
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=12, help="of each turn")
    parser.add_argument("--results", type=pathlib.Path, help="where to add what was found, as JSON")
    arguments = parser.parse_args()
    texts = [text for path in arguments.texts for text in path.read_text(encoding="utf-8").splitlines()]
    random.Random(0).shuffle(texts)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        servers = {"ours": ask_ours(stack.enter_context(_our_server(arguments.saved_model, pathlib.Path(folder))))}
        for name, (options, _) in PEERS.items():
            servers[name] = stack.enter_context(_peer_server(arguments.peer, options))
        for server in servers.values():
            load(server, texts, arguments.clients, arguments.seconds / 2)
        found: dict[str, list[float]] = {name: [] for name in servers}
        for _ in range(arguments.turns):
            for name, server in servers.items():
                latencies, seconds = load(server, texts, arguments.clients, arguments.seconds)
                found[name].append(len(latencies) / seconds)
    for name, (_, reach) in PEERS.items():
        result = Result(
            work=f"{arguments.clients} clients, short and long texts, ours in {arguments.precision}",
            peer=f"{name}, FastAPI",
            unit="requests/s",
            ours=tuple(found["ours"]),
            theirs=tuple(found[name]),
            reach=reach,
        )
        print(result, flush=True)
        if arguments.results:
            result.append_to(arguments.results)


def _our_server(saved_model: pathlib.Path, folder: pathlib.Path) -> ServerProcess:
    base = folder / "model"
    base.mkdir()
    (base / "1").symlink_to(saved_model.resolve())
    parameters = folder / "batching_parameters.txt"
    parameters.write_text(PARAMETERS.format(rows=32, wait=0, threads=2))
    buckets = ",".join(map(str, LENGTH_BUCKETS))
    batching = ["--enable_batching", f"--batching_parameters_file={parameters}", f"--batching_length_buckets={buckets}"]
    return ServerProcess(["--model_name=m", f"--model_base_path={base}", *batching])


@contextlib.contextmanager
def _peer_server(python: str, options: list[str]) -> Iterator[Asked]:
    script = str(pathlib.Path(__file__).with_name("hugging_face_server.py"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [python, script, "--model", str(bundled_model()), "--port", str(port), *options]
    process = subprocess.Popen(command)
    try:
        asked = ask_peer(port, process.pid)
        end = time.monotonic() + READY_SECONDS
        while True:
            try:
                asked.connection()("a text")
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > end:
                    raise
                time.sleep(0.5)
        yield asked
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
