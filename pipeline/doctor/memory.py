"""Whether there is memory for a run."""

import pathlib
import re

from pipeline.doctor.finding import Finding
from pipeline.doctor.quantity import gigabytes

_LIMITS = ("sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes")
"""A container's, in the second and the first version of Linux' control groups."""


def check_memory(needed: int, root: pathlib.Path = pathlib.Path("/")) -> Finding:
    """Compares the memory that is free, or that the container may use, with what a run needs.

    Args:
        needed: Bytes.
        root: Of the file system that holds `proc` and `sys`.
    """
    lines = re.findall(r"^(Mem\w+): +(\d+) kB$", (root / "proc/meminfo").read_text(), re.MULTILINE)
    memory = {name: int(kib) * 1024 for name, kib in lines}
    limits = [int(text) for path in _LIMITS if (text := _text(root / path)).isdecimal()]
    total, available = (min([memory[name], *limits]) for name in ("MemTotal", "MemAvailable"))
    text = f"{gigabytes(available)} of {gigabytes(total)} available; a run needs about {gigabytes(needed)}"
    if available >= needed:
        return Finding("ok", text)
    if total >= needed:
        return Finding("warning", text, "end other programs before a run")
    return Finding("problem", text, "take a machine with more memory, or a smaller preset")


def _text(path: pathlib.Path) -> str:
    return path.read_text().strip() if path.is_file() else ""
