"""Whether this is the Python that the locked packages are for."""

import sys

from pipeline.doctor.finding import Finding

PYTHON_VERSION = (3, 11)


def check_python_version(version: tuple[int, ...]) -> Finding:
    """Checks `sys.version_info`."""
    found = ".".join(map(str, version[:3]))
    if tuple(version[:2]) == PYTHON_VERSION:
        return Finding("ok", f"{found} in {sys.prefix}")
    needed = ".".join(map(str, PYTHON_VERSION))
    return Finding(
        "problem", f"this is {found}, and the packages are for {needed}", f"`make setup PYTHON=/path/to/python{needed}`"
    )
