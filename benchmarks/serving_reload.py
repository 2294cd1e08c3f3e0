"""Keeps the model server at full load while versions come and go and it is restarted once: no request may fail.

    python -m benchmarks.serving_reload SAVED_MODEL --minutes 10 --version_seconds 20

Clients retry what a server that is going away refuses (UNAVAILABLE), as every client of a service must.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from serving.server.process import ServerProcess

_RETRY_SECONDS = 120


class _Load:
    """Clients that ask as fast as they are answered."""

    def __init__(self, address: Callable[[], str], requests: Sequence[Any], concurrency: int) -> None:
        self.latencies: list[float] = []
        self.failures: list[str] = []
        self.versions: set[int] = set()
        self.num_retries = 0
        self._address, self._requests = address, requests
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(number,)) for number in range(concurrency)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _work(self, number: int) -> None:
        while not self._stopped.is_set():
            started = time.monotonic()
            answer = self._ask(self._requests[number % len(self._requests)], started)
            number += 1
            if answer is not None:
                self.versions.add(answer.model_spec.version.value)
                self.latencies.append((time.monotonic() - started) * 1000)

    def _ask(self, request: Any, started: float) -> Any:
        import grpc
        from tensorflow_serving.apis import prediction_service_pb2_grpc

        address, channel = "", None
        while True:
            if address != self._address():
                address = self._address()
                channel = _channel(address)
            try:
                return prediction_service_pb2_grpc.PredictionServiceStub(channel).Predict(request, timeout=60)
            except grpc.RpcError as error:
                if error.code() != grpc.StatusCode.UNAVAILABLE or time.monotonic() - started > _RETRY_SECONDS:
                    self.failures.append(f"{error.code().name}: {error.details()}")
                    return None
            self.num_retries += 1
            time.sleep(0.1)


_CHANNELS: dict[tuple[int, str], Any] = {}


def _channel(address: str) -> Any:
    """One channel for each thread and server: new ones are for new addresses only."""
    import grpc

    key = threading.get_ident(), address
    if key not in _CHANNELS:
        _CHANNELS[key] = grpc.insecure_channel(address, options=[("grpc.use_local_subchannel_pool", 1)])
    return _CHANNELS[key]


def main() -> None:
    """Prints a line for each version, and a last one; exits with 1 where a request failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("saved_model", type=pathlib.Path, help="an exported model with one input, `text`")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--version_seconds", type=float, default=20)
    parser.add_argument("--concurrency", type=int, default=8)
    options, flags = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(_run(pathlib.Path(folder), options, flags))


def _run(base: pathlib.Path, options: argparse.Namespace, flags: Sequence[str]) -> int:
    _add_version(options.saved_model, base, 1)
    command = ["--model_name=m", f"--model_base_path={base}", *flags]
    servers = [ServerProcess(command)]
    texts = ["where is my parcel", "it never came, and nobody answers the phone " * 3, "word " * 100]
    load = _Load(lambda: servers[-1].grpc_address, [_request(text) for text in texts], options.concurrency)
    end, version, restart_at = time.monotonic() + options.minutes * 60, 1, time.monotonic() + options.minutes * 30
    while time.monotonic() < end:
        time.sleep(options.version_seconds)
        version += 1
        _add_version(options.saved_model, base, version)
        if version > 3:
            shutil.rmtree(base / str(version - 3))
        if restart_at and time.monotonic() > restart_at:
            restart_at = 0
            _restart(servers, command)
        print(
            f"version {version}: {len(load.latencies)} requests, {load.num_retries} retries, "
            f"{len(load.failures)} failed, versions {sorted(load.versions)[-2:]}, "
            f"{_resident(servers[-1].process_id)} MiB, load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
    load.stop()
    code = servers[-1].stop()
    quantiles = statistics.quantiles(load.latencies, n=100)
    print(
        f"{len(load.latencies)} requests, {len(load.failures)} failed {load.failures[:3]}, {load.num_retries} retries, "
        f"{len(load.versions)} versions answered; p50 {quantiles[49]:.0f} ms, p99 {quantiles[98]:.0f} ms, "
        f"longest {max(load.latencies):.0f} ms; exit code {code}"
    )
    return int(bool(load.failures) or bool(code))


def _restart(servers: list[ServerProcess], command: Sequence[str]) -> None:
    """One server goes, then another comes, on a port of its own; clients hear of it when it is there."""
    print("exit code of the one that was told to stop:", servers[-1].stop(grace_seconds=60), flush=True)
    servers.append(ServerProcess(command))


def _add_version(saved_model: pathlib.Path, base: pathlib.Path, version: int) -> None:
    unfinished = base / f".{version}"
    shutil.copytree(saved_model, unfinished)
    unfinished.rename(base / str(version))


def _request(text: str) -> Any:
    from tensorflow_serving.apis import predict_pb2

    request = predict_pb2.PredictRequest()
    request.model_spec.name = "m"
    tensor = request.inputs["text"]
    tensor.dtype = 7
    tensor.string_val.append(text.encode())
    tensor.tensor_shape.dim.add(size=1)
    return request


def _resident(process_id: int) -> int:
    status = pathlib.Path(f"/proc/{process_id}/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


if __name__ == "__main__":
    main()
