"""Which fields of the section `beam` belong to which profile, and which options they stand for."""

from collections.abc import Collection, Mapping
from typing import Literal

Profile = Literal["local", "multi_process", "portable", "dataflow"]
Environment = Literal["external", "docker", "process", "loopback"]

_NEEDED: Mapping[Profile, Mapping[str, str]] = {
    "local": {},
    "multi_process": {},
    "portable": {"job_endpoint": "the job server, such as localhost:8099"},
    "dataflow": {
        "project": "the Google Cloud project",
        "region": "where it runs, such as europe-west1",
        "temp_location": "a folder for temporary files, such as gs://bucket/beam",
    },
}
_NEEDED_BY_ENVIRONMENT: Mapping[Environment, Mapping[str, str]] = {
    "external": {"worker_pool": "the pool's address, such as localhost:50000"},
    "process": {"worker_command": "what starts a worker, such as /opt/apache/beam/boot"},
    "docker": {},
    "loopback": {},
}
_OWN: Mapping[Profile, Collection[str]] = {
    "local": (),
    "multi_process": ("workers",),
    "portable": (
        "workers", "image", "job_endpoint", "artifact_endpoint", "environment", "worker_pool", "worker_command",
    ),
    "dataflow": (
        "workers", "image", "project", "region", "temp_location", "staging_location", "machine_type",
        "service_account", "subnetwork",
    ),
}  # fmt: skip

SAID_BY_FIELDS: Mapping[str, str] = {
    "runner": "profile",
    "direct_running_mode": "profile",
    "direct_num_workers": "workers",
    "sdk_worker_parallelism": "workers",
    "max_num_workers": "workers",
    "sdk_container_image": "image",
    "worker_harness_container_image": "image",
    "job_endpoint": "job_endpoint",
    "artifact_endpoint": "artifact_endpoint",
    "environment_type": "environment",
    "environment_config": "worker_pool",
    "environment_option": "worker_pool",
    "environment_options": "worker_pool",
    "project": "project",
    "region": "region",
    "temp_location": "temp_location",
    "staging_location": "staging_location",
    "machine_type": "machine_type",
    "worker_machine_type": "machine_type",
    "service_account_email": "service_account",
    "subnetwork": "subnetwork",
}
"""The field by the Beam option that it sets."""


def fault_of_fields(profile: Profile, environment: Environment, given: Collection[str]) -> str:
    """What does not go together; empty where all does.

    Args:
        profile: The profile.
        environment: Where workers run, which counts with `portable`.
        given: The fields that have another value than their default.
    """
    faults = [_of_another_profile(name, profile) for name in given if name not in _known(profile)]
    if profile == "portable":
        faults += [
            f"{name}: goes with `environment: {other}`, not with {environment}; leave it out"
            for other, names in _NEEDED_BY_ENVIRONMENT.items()
            for name in names
            if name in given and other != environment
        ]
    for choice, needed in (
        (f"profile: {profile}", _NEEDED[profile]),
        (f"environment: {environment}", _NEEDED_BY_ENVIRONMENT[environment] if profile == "portable" else {}),
    ):
        faults += [f"{name}: `{choice}` needs it: {what}" for name, what in needed.items() if name not in given]
    return "; ".join(faults)


def _known(profile: Profile) -> set[str]:
    return {"profile", "options", *_OWN[profile]}


def _of_another_profile(name: str, profile: Profile) -> str:
    others = " or ".join(f"`profile: {other}`" for other, names in _OWN.items() if name in names)
    return f"{name}: goes with {others}, not with {profile}; leave it out"
