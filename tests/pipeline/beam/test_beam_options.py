"""The options of each profile, as Beam's own parsers and runners understand them."""

import pathlib
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import (
    DirectOptions,
    PipelineOptions,
    PortableOptions,
    StandardOptions,
    WorkerOptions,
)
from apache_beam.portability.api import beam_runner_api_pb2
from apache_beam.runners.dataflow.internal import apiclient
from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner
from apache_beam.runners.portability.portable_runner import PortableRunner
from apache_beam.runners.runner import create_runner
from tfx.utils.dependency_utils import make_beam_dependency_flags

from models.user_error import UserError
from pipeline.beam.config import BeamConfig
from pipeline.beam.options import beam_arguments

IMAGE = "registry.example/bertline:1"
PORTABLE = {"profile": "portable", "job_endpoint": "flink:8099"}
DATAFLOW = {"profile": "dataflow", "project": "my-project", "region": "europe-west1", "temp_location": "gs://bucket/t"}
PROFILES: list[dict[str, Any]] = [
    {},
    {"profile": "multi_process"},
    PORTABLE | {"worker_pool": "localhost:50000"},
    PORTABLE | {"environment": "docker"},
    PORTABLE | {"environment": "process", "worker_command": "/opt/boot"},
    PORTABLE | {"environment": "loopback"},
    DATAFLOW | {"workers": 9, "machine_type": "n2-standard-4", "service_account": "me@x", "subnetwork": "regions/r/s"},
]


def _options(section: dict[str, Any]) -> PipelineOptions:
    return PipelineOptions(list(beam_arguments(BeamConfig.model_validate(section), IMAGE)))


@pytest.mark.parametrize("section", PROFILES, ids=str)
def test_beam_knows_every_option_and_tfx_packs_nothing(section: dict[str, Any]) -> None:
    arguments = list(beam_arguments(BeamConfig.model_validate(section), IMAGE))
    options = PipelineOptions(arguments)
    assert set(options.get_all_options(retain_unknown_options=True)) == set(options.get_all_options())
    assert make_beam_dependency_flags(list(arguments)) == arguments


@pytest.mark.parametrize(
    ("section", "mode", "workers"),
    [({}, "in_memory", 1), ({"profile": "multi_process", "workers": 3}, "multi_processing", 3)],
)
def test_local_profiles_name_the_runner_that_is_in_the_package(
    section: dict[str, Any], mode: str, workers: int
) -> None:
    options = _options(section)
    assert issubclass(type(create_runner(options.view_as(StandardOptions).runner)), FnApiRunner)
    direct = options.view_as(DirectOptions)
    assert (direct.direct_running_mode, direct.direct_num_workers) == (mode, workers)


@pytest.mark.parametrize(
    ("section", "urn", "payload"),
    [
        (
            {"worker_pool": "pool:50000"},
            "beam:env:external:v1",
            beam_runner_api_pb2.ExternalPayload(endpoint={"url": "pool:50000"}),
        ),
        (
            {"environment": "docker"},
            "beam:env:docker:v1",
            beam_runner_api_pb2.DockerPayload(container_image=IMAGE),
        ),
        (
            {"environment": "process", "worker_command": "/opt/my boot"},
            "beam:env:process:v1",
            beam_runner_api_pb2.ProcessPayload(command="/opt/my boot"),
        ),
    ],
)
def test_a_job_server_is_told_where_workers_run(section: dict[str, Any], urn: str, payload: Any) -> None:
    options = _options(PORTABLE | {"workers": 2} | section)
    pipeline = beam.Pipeline(options=options)
    _ = pipeline | beam.Create([1])
    (environment,) = {
        (each.urn, each.payload)
        for each in PortableRunner.get_proto_pipeline(pipeline, options).components.environments.values()
        if each.urn
    }
    assert environment == (urn, payload.SerializeToString())
    assert options.view_as(PortableOptions).sdk_worker_parallelism == "2"


def test_dataflow_is_asked_for_what_the_config_says() -> None:
    arguments = beam_arguments(
        BeamConfig.model_validate(PROFILES[-1] | {"options": {"experiments": ["shuffle_mode=service"]}}), IMAGE
    )
    with beam.Pipeline(options=PipelineOptions([*arguments, "--dry_run=True"])) as pipeline:
        _ = pipeline | beam.Create([1, 2]) | beam.Reshuffle()
    job = pipeline.result.job
    request = apiclient.Environment([], job.options, "1", "gs://bucket/pipeline", job.proto_pipeline).proto
    (pool,) = request.worker_pools
    assert (pool.machine_type, pool.subnetwork) == ("n2-standard-4", "regions/r/s")
    assert pool.autoscaling_settings.max_num_workers == 9
    assert {image.container_image for image in pool.sdk_harness_container_images} == {IMAGE}
    assert request.service_account_email == "me@x"
    assert {"use_runner_v2", "shuffle_mode=service"} <= set(request.experiments)
    assert not job.options.view_as(WorkerOptions).get_all_options()["save_main_session"]


def test_other_options_are_passed_on() -> None:
    options = {"parallelism": 8, "fasterCopy": True, "files_to_stage": ["a", "b"], "streaming": False}
    arguments = beam_arguments(BeamConfig.model_validate({"options": options}))
    assert arguments[-4:] == ("--parallelism=8", "--fasterCopy", "--files_to_stage=a", "--files_to_stage=b")


def test_without_an_image_tfx_packs_nothing_either() -> None:
    arguments = list(beam_arguments(BeamConfig()))
    assert make_beam_dependency_flags(list(arguments)) == arguments


@pytest.mark.parametrize("section", [DATAFLOW, PORTABLE | {"environment": "docker"}])
def test_workers_in_containers_need_an_image(section: dict[str, Any]) -> None:
    with pytest.raises(UserError, match=r"beam\.image is missing: .* kubeflow\.image"):
        beam_arguments(BeamConfig.model_validate(section))
    own = beam_arguments(BeamConfig.model_validate(section | {"image": "own:1"}), IMAGE)
    assert "--sdk_container_image=own:1" in own


def _registered(op: str) -> bool:
    # The framework's list, and not an import of the library that would add to it.
    from tensorflow.python.framework import op_def_registry

    return op_def_registry.get(op) is not None


def test_processes_know_the_ops_of_the_transform_graph_from_the_start(tmp_path: pathlib.Path) -> None:
    arguments = beam_arguments(BeamConfig(profile="multi_process", workers=1))
    with beam.Pipeline(options=PipelineOptions(list(arguments))) as pipeline:
        _ = (
            pipeline
            | beam.Create(["FastBertNormalize"])
            | beam.Map(_registered)
            | beam.Map(str)
            | beam.io.WriteToText(str(tmp_path / "answer"), shard_name_template="")
        )
    assert (tmp_path / "answer").read_text() == "True\n"
