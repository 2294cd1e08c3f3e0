"""Whether the installed packages are those of the lock."""

import importlib.metadata
import pathlib
import re
from collections.abc import Mapping, Sequence

from pipeline.doctor.finding import Finding
from pipeline.doctor.quantity import some

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


def check_packages(locks: Sequence[pathlib.Path], installed: Mapping[str, str]) -> Finding:
    """Compares versions.

    Args:
        locks: Files of pinned requirements; those that are not there are left out.
        installed: Versions by normalised name, as `installed_packages` gives them.
    """
    found = [lock for lock in locks if lock.is_file()]
    if not found:
        return Finding("ok", f"{len(installed)} are installed; there is no lock beside the code to compare them with")
    pinned = {_normalised(name): version for lock in found for name, version in _PINNED.findall(lock.read_text())}
    missing = [name for name in pinned if name not in installed]
    different = [
        f"{name} {installed[name]} instead of {version}"
        for name, version in pinned.items()
        if name in installed and installed[name] != version
    ]
    if not missing and not different:
        return Finding("ok", f"all {len(pinned)} of {' and '.join(lock.name for lock in found)}")
    faults = [f"missing: {some(missing)}"] * bool(missing) + [f"different: {some(different)}"] * bool(different)
    return Finding("problem", "; ".join(faults), "delete .ready in the environment's folder and run `make setup`")


def installed_packages() -> dict[str, str]:
    """The version of each installed package, by normalised name."""
    # The first is the one that is imported.
    packages: dict[str, str] = {}
    for distribution in importlib.metadata.distributions():
        packages.setdefault(_normalised(distribution.name), distribution.version)
    return packages


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
