"""A small project, its first components run on any Beam profile, and Beam's own job server with a worker pool."""

import contextlib
import dataclasses
import pathlib
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from pipeline.beam.config import BeamConfig
from pipeline.beam.options import beam_arguments
from pipeline.config import PipelineConfig
from pipeline.places import Places

WORKER = pathlib.Path(sys.executable).with_name("bertline-beam-worker")

_START_SECONDS = 60


@dataclasses.dataclass(frozen=True)
class Cluster:
    """Beam's Python job server and a worker pool, as processes of this machine.

    Attributes:
        job_endpoint: Where the job server listens.
        worker_pool: Where the pool does.
        log: The pool's log file.
    """

    job_endpoint: str
    worker_pool: str
    log: pathlib.Path


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The two processes; they end with the tests."""
    folder = tmp_path_factory.mktemp("cluster")
    job_port, pool_port = _free_port(), _free_port()
    with contextlib.ExitStack() as stack:
        for name, arguments in (
            ("runners.portability.local_job_service_main", ["--port", str(job_port)]),
            ("runners.worker.worker_pool_main", [f"--service_port={pool_port}", f"--container_executable={WORKER}"]),
        ):
            stack.enter_context(_process(f"apache_beam.{name}", arguments, folder / f"{name}.log"))
        for port in (job_port, pool_port):
            _wait_for(port)
        log = folder / "runners.worker.worker_pool_main.log"
        yield Cluster(f"localhost:{job_port}", f"localhost:{pool_port}", log)


@contextlib.contextmanager
def _process(module: str, arguments: list[str], log: pathlib.Path) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen([sys.executable, "-m", module, *arguments], stdout=output, stderr=output)
    try:
        yield
    finally:
        # As Ctrl-C does: the pool then stops its workers.
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.create_server(("localhost", 0)) as server:
        port = server.getsockname()[1]
    assert isinstance(port, int)
    return port


def _wait_for(port: int) -> None:
    end = time.monotonic() + _START_SECONDS
    while True:
        try:
            socket.create_connection(("localhost", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < end, f"nobody listens at port {port}"
            time.sleep(0.2)
        else:
            return


Outputs = Mapping[str, Mapping[str, str]]
RunLine = Callable[[BeamConfig, str], Outputs]


@pytest.fixture(scope="session")
def run_line(tmp_path_factory: pytest.TempPathFactory) -> RunLine:
    """Runs the line on 200 rows up to a component; returns the URI of each output of each component."""
    config = _config(tmp_path_factory.mktemp("project"))

    def run(beam: BeamConfig, last: str) -> Outputs:
        from pipeline.dag import create_pipeline
        from pipeline.local_runner import LocalRun, LocalRunner
        from pipeline.runs.part import RunPart

        folder = tmp_path_factory.mktemp(beam.profile)
        places = Places(
            pipeline_root=str(folder / "artifacts"),
            failed_rejects=str(folder / "rejects"),
            checkpoints=str(folder / "checkpoints"),
            metadata_path=str(folder / "metadata.sqlite"),
            beam_arguments=beam_arguments(beam),
        )
        local_run = LocalRun("run", lambda *_: "key", RunPart(last=last), base=None)
        outputs = LocalRunner(_Silent(), local_run).run(create_pipeline(config, places))
        assert isinstance(outputs, dict)
        return outputs

    return run


def _config(folder: pathlib.Path) -> PipelineConfig:
    words = ["good", "great", "fine", "bad", "awful", "film", "food", "service", "the", "a", "was", "is", "very"]
    draw = random.Random(7)
    rows = [f"{' '.join(draw.choices(words, k=draw.randint(3, 9)))} {n},{'xyz'[n % 3]}\n" for n in range(200)]
    # Two files, so that there are two pieces of work, and a row to reject.
    (folder / "part1.csv").write_text("text,label\n" + "".join(rows[:120]) + "a row of no label,\n")
    (folder / "part2.csv").write_text("text,label\n" + "".join(rows[120:]))
    (folder / "vocabulary.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]) + "\n")
    scratch = {"vocabulary": str(folder / "vocabulary.txt"), "num_layers": 1, "num_heads": 1, "hidden_dim": 8}
    return PipelineConfig.model_validate(
        {
            "name": "tickets",
            "task": "text_classification",
            "data": {"path": str(folder / "part*.csv")},
            "model": {"preset": "scratch", "scratch": scratch, "sequence_length": 16},
        }
    )


class _Silent:
    """Shows nothing."""

    def plan(self, components: list[str]) -> None:
        pass

    def started(self, component: str) -> None:
        pass

    def finished(self, component: str, state: Any, seconds: float, outputs: Mapping[str, str]) -> None:
        pass
