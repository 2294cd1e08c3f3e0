"""Whether a folder can be written, and holds what is to come."""

import pathlib
import shutil

from pipeline.doctor.finding import Finding
from pipeline.doctor.quantity import gigabytes
from pipeline.writable_folder import nearest_folder, write_refusal

_PLENTY = 3
"""How many times what a run needs leaves nobody short."""


def check_folder(folder: pathlib.Path, needed: int) -> Finding:
    """Writes a file that vanishes at once, and asks for the free space.

    Args:
        folder: It need not exist: a run creates it.
        needed: Bytes.
    """
    refusal = write_refusal(folder)
    if refusal:
        return Finding("problem", refusal.text, refusal.way_out)
    free = shutil.disk_usage(nearest_folder(folder)).free
    text = f"{gigabytes(free)} free for {folder}; a run needs about {gigabytes(needed)}"
    if free >= _PLENTY * needed:
        return Finding("ok", text)
    return Finding("problem" if free < needed else "warning", text, "make room, or name another folder in the config")
