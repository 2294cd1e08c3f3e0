"""Beam's options for each profile."""

import json
import os
from collections.abc import Iterator

from models.user_error import UserError
from pipeline.beam.config import BeamConfig

# Beam's plain DirectRunner first looks for another runner to download; this one is in the package.
_LOCAL_RUNNER = "apache_beam.runners.portability.fn_api_runner.fn_runner.FnApiRunner"

_MULTI_PROCESS_RUNNER = "pipeline.beam.multi_process_runner.MultiProcessRunner"

_OPS = "models.tokenisation.bert_tokenizer"
"""Loads the TensorFlow ops of the transform graph, which a worker may load before anything imports our code."""

_NO_IMAGE = "none"
"""Stands for the image where no container is started: without the option, TFX packs itself before each component."""


def beam_arguments(beam: BeamConfig, image: str | None = None) -> tuple[str, ...]:
    """Beam's options, as arguments of a command line.

    Args:
        beam: The config's section.
        image: The project's image, which workers get where the section names none.

    Raises:
        UserError: The workers are containers, and of no image.
    """
    image = beam.image or image
    starts_containers = beam.profile == "dataflow" or (beam.profile == "portable" and beam.environment == "docker")
    if starts_containers and not image:
        raise UserError(
            "beam.image is missing: Beam's workers are containers here, and need the image built from "
            "kubeflow/Dockerfile; name it there or as kubeflow.image"
        )
    everywhere = {"sdk_container_image": image or _NO_IMAGE, "beam_plugin": _OPS}
    options = [*_options(beam, image), *everywhere.items(), *beam.options.items()]
    return tuple(argument for name, value in options for argument in _arguments(name, value))


def _options(beam: BeamConfig, image: str | None) -> Iterator[tuple[str, object]]:
    match beam.profile:
        case "local":
            yield "runner", _LOCAL_RUNNER
            yield "direct_num_workers", 1
        case "multi_process":
            yield "runner", _MULTI_PROCESS_RUNNER
            yield "direct_running_mode", "multi_processing"
            yield "direct_num_workers", beam.workers or len(os.sched_getaffinity(0))
        case "portable":
            yield from _of_job_server(beam, image)
        case "dataflow":
            yield from _of_dataflow(beam)


def _of_job_server(beam: BeamConfig, image: str | None) -> Iterator[tuple[str, object]]:
    yield "runner", "PortableRunner"
    yield "job_endpoint", beam.job_endpoint
    yield "artifact_endpoint", beam.artifact_endpoint
    yield "environment_type", beam.environment.upper()
    # Not `environment_option`, with which Beam 2.77 fails for workers of a pool.
    match beam.environment:
        case "external":
            yield "environment_config", beam.worker_pool
        case "docker":
            yield "environment_config", image
        case "process":
            yield "environment_config", json.dumps({"command": beam.worker_command})
    yield "sdk_worker_parallelism", beam.workers


def _of_dataflow(beam: BeamConfig) -> Iterator[tuple[str, object]]:
    yield "runner", "DataflowRunner"
    yield "project", beam.project
    yield "region", beam.region
    yield "temp_location", beam.temp_location
    yield "staging_location", beam.staging_location or beam.temp_location
    yield "max_num_workers", beam.workers
    yield "machine_type", beam.machine_type
    yield "service_account_email", beam.service_account
    yield "subnetwork", beam.subnetwork
    # Images of one's own need it.
    yield "experiments", "use_runner_v2"
    # All code that workers run is in modules of the image; Dataflow would pickle the command line's too.
    yield "no_save_main_session", True


def _arguments(name: str, value: object) -> Iterator[str]:
    """The arguments of one option; none where it has no value."""
    if value is True:
        yield f"--{name}"
    elif isinstance(value, tuple):
        yield from (f"--{name}={item}" for item in value)
    elif value is not None and value is not False:
        yield f"--{name}={value}"
