"""Versions of the libraries, and what the machine has."""

import importlib.metadata
import os
import pathlib
import platform

_LIBRARIES = (
    "bertline", "tensorflow", "keras", "keras-hub", "tensorflow-text", "tfx", "tensorflow-transform",
    "tensorflow-data-validation", "tensorflow-model-analysis", "apache-beam", "ml-metadata",
)  # fmt: skip


def library_versions() -> dict[str, str]:
    """Versions by distribution, Python's own first; those that are not installed as packages are left out."""
    versions = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions


def machine_parts() -> dict[str, str]:
    """Processor, cores, memory, accelerators and system, in words."""
    return {
        "system": platform.platform(),
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": _memory(),
        "accelerators": ", ".join(_accelerators()) or "none",
    }


def _processor() -> str:
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()


def _memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"


def _accelerators() -> list[str]:
    import tensorflow as tf

    devices = tf.config.list_physical_devices("GPU")
    return [tf.config.experimental.get_device_details(device).get("device_name", device.name) for device in devices]
