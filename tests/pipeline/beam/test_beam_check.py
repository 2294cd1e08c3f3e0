"""What is found wrong with a Beam profile before a run starts."""

import pathlib
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from components.text_example_gen.config import DataConfig
from models.user_error import UserError
from pipeline.beam.check import check_on_kubeflow, check_on_this_machine
from pipeline.beam.config import BeamConfig
from pipeline.config_files.load_config import load_config
from pipeline.runs.line_run import LineRun
from pipeline.runs.part import RunPart

DATAFLOW = {"profile": "dataflow", "project": "p", "region": "r", "temp_location": "gs://bucket/temp", "image": "i:1"}


@pytest.fixture
def listening() -> Iterator[str]:
    """An address where somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def silent() -> str:
    """An address where nobody does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


def _portable(**fields: str) -> BeamConfig:
    return BeamConfig.model_validate({"profile": "portable", **fields})


def test_a_job_server_that_does_not_answer_is_told_at_once(silent: str, listening: str) -> None:
    started = time.monotonic()
    with pytest.raises(UserError, match=rf"beam\.job_endpoint: nobody answers at {silent} .*docs/beam\.md"):
        check_on_this_machine(_portable(job_endpoint=silent, worker_pool=listening))
    with pytest.raises(UserError, match=r"beam\.job_endpoint: nobody answers at flink\.invalid:8099"):
        check_on_this_machine(_portable(job_endpoint="flink.invalid:8099", environment="loopback"))
    with pytest.raises(UserError, match=rf"beam\.artifact_endpoint: nobody answers at {silent}"):
        check_on_this_machine(_portable(job_endpoint=listening, artifact_endpoint=silent, environment="loopback"))
    assert time.monotonic() - started < 10


def test_a_worker_pool_is_asked_where_it_is_this_machines(silent: str, listening: str) -> None:
    with pytest.raises(UserError, match=rf"beam\.worker_pool: nobody answers at {silent}"):
        check_on_this_machine(_portable(job_endpoint=listening, worker_pool=silent))
    check_on_this_machine(_portable(job_endpoint=listening, worker_pool=listening))
    check_on_this_machine(_portable(job_endpoint=listening, worker_pool="taskmanager.invalid:50000"))


def test_a_run_begins_with_these_checks(tmp_path: pathlib.Path, silent: str) -> None:
    (tmp_path / "all.csv").write_text("text,label\ngood,a\nbad,b\n")
    path = tmp_path / "pipeline.yaml"
    path.write_text(
        "name: tickets\ntask: text_classification\ndata: {path: all.csv}\n"
        f"beam: {{profile: portable, environment: loopback, job_endpoint: '{silent}'}}\n"
    )
    with pytest.raises(UserError, match="nobody answers"):
        LineRun(load_config(path), RunPart()).check()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"fasterCopy": True, "num_workers": 3}, "beam.options: Beam has no option fasterCopy"),
        ({"num_workers": "many"}, "beam.options: argument --num_workers: invalid int value: 'many'"),
        ({"pickle_library": "json"}, "beam.options: argument --pickle_library: invalid choice: 'json'"),
    ],
)
def test_options_are_beams(options: dict[str, Any], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UserError) as caught:
        check_on_this_machine(BeamConfig(options=options))
    assert told in str(caught.value)
    assert capsys.readouterr() == ("", "")


def test_a_job_server_has_options_of_its_own(listening: str) -> None:
    check_on_this_machine(
        BeamConfig(
            profile="portable",
            job_endpoint=listening,
            environment="loopback",
            options={"fasterCopy": True, "labels": "a"},
        )
    )


def test_dataflow_reaches_no_folder_of_this_machine() -> None:
    with pytest.raises(UserError, match="reach no folder of this machine"):
        check_on_this_machine(BeamConfig.model_validate(DATAFLOW))


@pytest.mark.parametrize(
    ("beam", "train", "root", "told"),
    [
        ({}, "/data/a.csv", "minio://bucket/root", None),
        ({"profile": "multi_process", "workers": 4}, "/data/a.csv", "minio://bucket/root", None),
        ({"profile": "multi_process"}, "/data/a.csv", "minio://bucket/root", "beam.workers is missing"),
        (
            {"profile": "portable", "job_endpoint": "flink:8099", "worker_pool": "localhost:50000"},
            "gs://bucket/a.csv",
            "gs://bucket/root",
            "beam.profile: portable: each task keeps artifacts in its own container",
        ),
        (DATAFLOW, "gs://bucket/a.csv", "gs://bucket/root", None),
        (DATAFLOW, "/data/a.csv", "gs://bucket/root", "data.train is /data/a.csv"),
        (DATAFLOW, "gs://bucket/a.csv", "s3://bucket/root", "the pipeline root is s3://bucket/root"),
    ],
)
def test_workers_of_tasks_on_kubeflow_reach_what_they_read(
    beam: dict[str, Any], train: str, root: str, told: str | None
) -> None:
    section, data = BeamConfig.model_validate(beam), DataConfig(train=train, eval="gs://bucket/b.csv")
    if told is None:
        check_on_kubeflow(section, data, root)
    else:
        with pytest.raises(UserError) as caught:
            check_on_kubeflow(section, data, root)
        assert told in str(caught.value)
