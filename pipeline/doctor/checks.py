"""The list of all checks, in the order in which they are told."""

import importlib.util
import os
import pathlib
import sys
from functools import partial

from pipeline.config import PipelineConfig
from pipeline.doctor.bundled_preset import PRESET, check_bundled_preset
from pipeline.doctor.c_library import check_c_library
from pipeline.doctor.check import Check
from pipeline.doctor.child_process import ChildProcess
from pipeline.doctor.devices import check_devices
from pipeline.doctor.finding import Finding
from pipeline.doctor.folder import check_folder
from pipeline.doctor.labelled_versions import check_labelled_versions
from pipeline.doctor.leftovers import check_runs_folder, check_served_versions
from pipeline.doctor.memory import check_memory
from pipeline.doctor.nvidia_driver import nvidia_driver
from pipeline.doctor.packages import check_packages, installed_packages
from pipeline.doctor.precision import check_precision
from pipeline.doctor.preset_source import check_preset_source
from pipeline.doctor.python_version import check_python_version
from pipeline.doctor.run_needs import RunNeeds
from pipeline.doctor.seen_by_tensorflow import SeenByTensorFlow, check_tensorflow
from pipeline.places import runs_folder
from serving.open_versions import open_named_versions
from serving.version_store import VersionStore

CHILD_SECONDS = 180.0
"""How long a process may take that imports TensorFlow: from a cold disk that can be a minute."""

_CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
_NOT_SEEN = Finding("warning", "not looked at, since TensorFlow cannot be imported")


def installation_checks() -> tuple[Check, ...]:
    """The checks of what is installed."""
    return (
        Check("Python", partial(check_python_version, sys.version_info[:3])),
        Check("packages", _check_packages),
        Check("bundled preset", partial(check_bundled_preset, sys.path)),
    )


def config_checks(config: PipelineConfig) -> tuple[Check, ...]:
    """The checks of what a config needs."""
    needs, runs = RunNeeds.of_config(config), runs_folder(config)
    return (
        Check("preset", partial(check_preset_source, config.model)),
        Check("memory", partial(check_memory, needs.memory_bytes())),
        Check("runs folder", partial(check_folder, runs, needs.disk_bytes())),
        *_serving_folder(config, needs.disk_bytes()),
        Check("runs", partial(check_runs_folder, runs)),
        Check("served model", partial(_check_versions, config)),
    )


def _serving_folder(config: PipelineConfig, needed: int) -> tuple[Check, ...]:
    if config.serving.on_object_store:
        return ()
    return (Check("serving folder", partial(check_folder, pathlib.Path(config.serving.directory), needed)),)


def _check_versions(config: PipelineConfig) -> Finding:
    if config.serving.has_labels:
        return check_labelled_versions(open_named_versions(config.serving, config.name))
    return check_served_versions(VersionStore(config.serving.directory, config.name))


def machine_checks() -> tuple[Check, ...]:
    """The checks of what a run with the bundled preset needs here, where there is no config."""
    needs = RunNeeds.of_preset(PRESET)
    return (
        Check("memory", partial(check_memory, needs.memory_bytes())),
        Check("disk", partial(check_folder, pathlib.Path.cwd(), needs.disk_bytes())),
    )


def child_checks(libraries: ChildProcess, tensorflow: ChildProcess, precision: str) -> tuple[Check, ...]:
    """The checks that import libraries, in processes of their own: they take longest.

    Args:
        libraries: `pipeline.doctor.try_libraries`, started.
        tensorflow: `pipeline.doctor.try_tensorflow`, started.
        precision: The config's.
    """
    # The processes are stopped when their time is over; what tells so comes a little later.
    limit = CHILD_SECONDS + 30
    return (
        Check("C library", partial(_check_c_library, libraries), limit),
        Check("TensorFlow", partial(_check_tensorflow, tensorflow), limit),
        Check("devices", partial(_check_devices, tensorflow), limit),
        Check("precision", partial(_check_precision, tensorflow, precision), limit),
    )


def _check_packages() -> Finding:
    locks = [_CHECKOUT / "requirements.txt"]
    # An environment that was set up for GPUs.
    if (pathlib.Path(sys.prefix) / ".gpu").exists():
        locks.append(_CHECKOUT / "environment" / "requirements-gpu.txt")
    return check_packages(locks, installed_packages())


def _check_c_library(libraries: ChildProcess) -> Finding:
    return check_c_library(libraries.outcome(), os.confstr("CS_GNU_LIBC_VERSION") or "another C library than glibc")


def _check_tensorflow(tensorflow: ChildProcess) -> Finding:
    return check_tensorflow(tensorflow.outcome())


def _check_devices(tensorflow: ChildProcess) -> Finding:
    seen = SeenByTensorFlow.of(tensorflow.outcome())
    if seen is None:
        return _NOT_SEEN
    has_cuda_libraries = importlib.util.find_spec("nvidia") is not None
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    return check_devices(seen.gpus, nvidia_driver(), has_cuda_libraries, visible, len(os.sched_getaffinity(0)))


def _check_precision(tensorflow: ChildProcess, precision: str) -> Finding:
    seen = SeenByTensorFlow.of(tensorflow.outcome())
    return check_precision(seen.precision, precision, bool(seen.gpus)) if seen else _NOT_SEEN
