"""Measures the model server under load: without batching, with it, and with it by length, in turns.

    python -m benchmarks.serving_load SAVED_MODEL --texts short.txt --texts long.txt

All servers run at the same time and are asked in turns, for a machine that others use too is never equally fast twice.
"""

import argparse
import concurrent.futures
import contextlib
import dataclasses
import http.client
import itertools
import json
import os
import pathlib
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from serving.server.process import ServerProcess

PARAMETERS = """max_batch_size {{ value: {rows} }}
batch_timeout_micros {{ value: {wait} }}
max_enqueued_batches {{ value: 1000 }}
num_batch_threads {{ value: {threads} }}
"""


def main() -> None:
    """Prints a line for each turn, then the ratios."""
    options = _options()
    texts = [line for path in options.texts for line in _sampled(path, options.num_texts)]
    random.Random(0).shuffle(texts)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        base = pathlib.Path(folder, "model")
        base.mkdir()
        (base / "1").symlink_to(options.saved_model.resolve())
        parameters = pathlib.Path(folder, "batching_parameters.txt")
        parameters.write_text(
            PARAMETERS.format(rows=options.max_batch_size, wait=options.wait_micros, threads=options.batch_threads)
        )
        model = ["--model_name=m", f"--model_base_path={base}"]
        batching = [*model, "--enable_batching", f"--batching_parameters_file={parameters}"]
        by_length = [*batching, f"--batching_length_buckets={options.length_buckets}"]
        settings = {"off": model, "batching": batching, "by length": by_length}
        servers = {
            name: ask_ours(stack.enter_context(ServerProcess(settings[name]))) for name in options.settings.split(",")
        }
        servers |= {f"peer {port}": ask_peer(int(port), int(process)) for port, process in options.peer}
        _measure(servers, texts, options)


@dataclasses.dataclass(frozen=True)
class Asked:
    """A server.

    Attributes:
        process_id: Its process.
        connection: Opens a connection, for one thread: a function that asks for the answer to one text.
    """

    process_id: int
    connection: Callable[[], Callable[[str], Any]]


def ask_ours(server: ServerProcess) -> Asked:
    """Our server, by gRPC."""
    import grpc
    from tensorflow_serving.apis import prediction_service_pb2_grpc

    stub = prediction_service_pb2_grpc.PredictionServiceStub(grpc.insecure_channel(server.grpc_address))
    return Asked(server.process_id, lambda: lambda text: stub.Predict(_request(text), timeout=120))


def ask_peer(port: int, process_id: int) -> Asked:
    """A server that speaks TensorFlow Serving's REST."""

    def connect() -> Callable[[str], Any]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

        def ask(text: str) -> Any:
            headers = {"Content-Type": "application/json"}
            connection.request("POST", "/v1/models/m:predict", json.dumps({"instances": [text]}), headers)
            reply = connection.getresponse()
            content = reply.read()
            if reply.status != 200:
                raise RuntimeError(f"{reply.status}: {content!r}")

        return ask

    return Asked(process_id, connect)


def _measure(servers: dict[str, Asked], texts: Sequence[str], options: argparse.Namespace) -> None:
    figures: dict[str, list[tuple[float, float]]] = {name: [] for name in servers}
    for server in servers.values():
        load(server, texts, options.concurrency, options.warm_seconds)
    for turn in range(options.turns):
        for name, server in servers.items():
            before = _cpu_seconds(server.process_id)
            latencies, seconds = load(server, texts, options.concurrency, options.seconds)
            cpu = (_cpu_seconds(server.process_id) - before) / len(latencies)
            figures[name].append((len(latencies) / seconds, cpu))
            quantiles = statistics.quantiles(latencies, n=100)
            print(
                f"turn {turn + 1}  {name:10} {len(latencies) / seconds:7.1f} requests/s  p50 {quantiles[49]:6.0f} ms   "
                f"p99 {quantiles[98]:6.0f} ms   {cpu * 1000:6.1f} ms of processor time a request",
                flush=True,
            )
    first = next(iter(figures))
    for name, rows in figures.items():
        pairs = list(zip(rows, figures[first], strict=True))
        speed = statistics.median(own[0] / other[0] for own, other in pairs)
        cpu = statistics.median(other[1] / own[1] for own, other in pairs)
        print(f"{name:10} : {first}   {speed:.2f} requests/s, {cpu:.2f} requests per second of processor time")


def load(server: Asked, texts: Sequence[str], concurrency: int, seconds: float) -> tuple[list[float], float]:
    """Asks for one text after the other, in several threads; gives the milliseconds of each, and the time it took."""
    latencies: list[float] = []
    end = time.monotonic() + seconds
    waiting, lock = itertools.cycle(texts), threading.Lock()

    def work() -> None:
        ask = server.connection()
        while (started := time.monotonic()) < end:
            with lock:
                text = next(waiting)
            ask(text)
            latencies.append((time.monotonic() - started) * 1000)

    started = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(concurrency) as pool:
        for future in [pool.submit(work) for _ in range(concurrency)]:
            future.result()
    return latencies, time.monotonic() - started


def _request(text: str) -> Any:
    from tensorflow_serving.apis import predict_pb2

    request = predict_pb2.PredictRequest()
    request.model_spec.name = "m"
    tensor = request.inputs["text"]
    tensor.dtype = 7
    tensor.string_val.append(text.encode())
    tensor.tensor_shape.dim.add(size=1)
    return request


def _sampled(path: pathlib.Path, number: int) -> list[str]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return random.Random(0).sample(lines, min(number, len(lines)))


def _cpu_seconds(process_id: int) -> float:
    fields = pathlib.Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("saved_model", type=pathlib.Path, help="an exported model with one input, `text`")
    parser.add_argument("--texts", type=pathlib.Path, action="append", required=True, help="one text on each line")
    parser.add_argument("--num_texts", type=int, default=500, help="texts of each file")
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20, help="of each turn")
    parser.add_argument("--warm_seconds", type=float, default=10)
    parser.add_argument("--settings", default="off,batching,by length")
    parser.add_argument(
        "--peer",
        nargs=2,
        action="append",
        default=[],
        metavar=("PORT", "PROCESS"),
        help="another server, as benchmarks/hugging_face_server.py starts one: its REST port and its process",
    )
    parser.add_argument("--length_buckets", default="40,80,160,320,480")
    parser.add_argument("--max_batch_size", type=int, default=32)
    parser.add_argument("--batch_threads", type=int, default=2)
    parser.add_argument("--wait_micros", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
