"""A lock between processes on a folder."""

import contextlib
import fcntl
import os
import pathlib
from collections.abc import Iterator

_LOCK_FILE = ".lock"


@contextlib.contextmanager
def folder_lock(folder: pathlib.Path) -> Iterator[None]:
    """Waits until no other process holds the lock, and holds it; the kernel frees it when the holder dies.

    Args:
        folder: An existing folder. The lock's file stays in it: were it deleted, two processes could hold two files.
    """
    descriptor = os.open(folder / _LOCK_FILE, os.O_CREAT | os.O_RDWR, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
