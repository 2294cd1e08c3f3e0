"""Whether a folder can be written, and holds what is to come."""

import pathlib
import shutil
import tempfile

from pipeline.doctor.finding import Finding
from pipeline.doctor.quantity import gigabytes

_PLENTY = 3
"""How many times what a run needs leaves nobody short."""


def check_folder(folder: pathlib.Path, needed: int) -> Finding:
    """Writes a file that vanishes at once, and asks for the free space.

    Args:
        folder: It need not exist: a run creates it.
        needed: Bytes.
    """
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not existing.is_dir():
        return Finding("problem", f"{existing} is a file where a folder has to be", "move it, or change the config")
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        return Finding("problem", f"{existing} cannot be written: {error.strerror}", "change its rights, or the config")
    free = shutil.disk_usage(existing).free
    text = f"{gigabytes(free)} free for {folder}; a run needs about {gigabytes(needed)}"
    if free >= _PLENTY * needed:
        return Finding("ok", text)
    return Finding("problem" if free < needed else "warning", text, "make room, or name another folder in the config")
