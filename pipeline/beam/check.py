"""What of the section `beam` can be found wrong before a run starts: who does not answer, which options are unknown."""

import contextlib
import io
import socket

from components.text_example_gen.config import DataConfig
from models.user_error import UserError
from pipeline.beam.config import BeamConfig
from pipeline.beam.options import beam_arguments

CONNECT_SECONDS = 5.0
"""How long an address may take to answer; Beam itself waits for a job server for five minutes."""

_GOOGLE_STORAGE = "gs://"
_THIS_MACHINE = ("localhost", "127.0.0.1")


def check_on_this_machine(beam: BeamConfig) -> None:
    """Checks what a run on this machine needs of its Beam profile.

    Raises:
        UserError: The workers could not reach what they read, nobody answers at an address, or Beam does not know an
            option.
    """
    if beam.profile == "dataflow":
        raise UserError(
            "beam.profile: Dataflow's workers reach no folder of this machine, where `bertline run` keeps what its "
            "components hand on; choose multi_process here"
        )
    check_options(beam)
    check_addresses(beam)


def check_on_kubeflow(beam: BeamConfig, data: DataConfig, pipeline_root: str) -> None:
    """Checks what tasks in containers need of their Beam profile.

    Args:
        beam: The config's section.
        data: Where the rows are.
        pipeline_root: Where artifacts go.

    Raises:
        UserError: The workers could not reach the artifacts or the data, their number depends on the node, or Beam does
            not know an option.
    """
    if beam.profile == "portable":
        raise UserError(
            "beam.profile: portable: each task keeps artifacts in its own container, where no other machine's workers "
            "reach them; give the tasks more CPUs and choose multi_process, or run `bertline run` in the cluster as "
            "docs/beam.md says"
        )
    if beam.profile == "multi_process" and beam.workers is None:
        raise UserError(
            "beam.workers is missing: say how many processes; by itself a container counts the CPUs of its node, not "
            "its own share"
        )
    if beam.profile == "dataflow":
        _check_google_storage(data, pipeline_root)
    check_options(beam)


def _check_google_storage(data: DataConfig, pipeline_root: str) -> None:
    places = {f"data.{name}": getattr(data, name) for name in ("train", "eval", "test", "path")}
    places["the pipeline root"] = pipeline_root
    for field, place in places.items():
        if place is not None and not place.startswith(_GOOGLE_STORAGE):
            raise UserError(
                f"beam.profile: Dataflow's workers reach Google Cloud Storage only, and {field} is {place}; give a "
                f"{_GOOGLE_STORAGE}… address, or choose multi_process"
            )


def check_addresses(beam: BeamConfig) -> None:
    """Checks that a job server listens, and a worker pool where it is this machine's.

    Raises:
        UserError: Nobody does.
    """
    if beam.profile != "portable":
        return
    addresses = {"job_endpoint": beam.job_endpoint, "artifact_endpoint": beam.artifact_endpoint}
    if _is_here(beam.job_endpoint):
        # The pool's address is what the cluster calls it: `localhost` means each machine of the cluster's own.
        addresses["worker_pool"] = beam.worker_pool if _is_here(beam.worker_pool) else None
    for field, address in addresses.items():
        fault = _fault_of_address(address) if address else ""
        if fault:
            raise UserError(f"beam.{field}: nobody answers at {address} ({fault}); docs/beam.md says how to start it")


def check_options(beam: BeamConfig) -> None:
    """Checks `options` by Beam's own parsers; with `portable`, names that they do not know may be the job server's.

    Raises:
        UserError: There is no such option, or it does not take the value.
    """
    if not beam.options:
        return
    from apache_beam.options.pipeline_options import PipelineOptions

    arguments = beam_arguments(beam, image="any")
    told = io.StringIO()
    try:
        with contextlib.redirect_stderr(told):
            options = PipelineOptions(list(arguments))
            every, known = options.get_all_options(retain_unknown_options=True), options.get_all_options()
    except SystemExit as error:
        # That is how Beam's parsers end.
        raise UserError(f"beam.options: {told.getvalue().strip().rpartition('error: ')[2]}") from error
    unknown = sorted(set(beam.options) & set(every) - set(known))
    if unknown and beam.profile != "portable":
        raise UserError(f"beam.options: Beam has no option {', '.join(unknown)}")


def _is_here(address: str | None) -> bool:
    return address is not None and address.rpartition(":")[0] in _THIS_MACHINE


def _fault_of_address(address: str) -> str:
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=CONNECT_SECONDS):
            return ""
    except (OSError, OverflowError) as error:
        return str(error) or type(error).__name__
