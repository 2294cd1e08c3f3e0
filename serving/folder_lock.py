"""A lock between processes on a folder."""

import contextlib
import fcntl
import os
import pathlib
from collections.abc import Iterator

_LOCK_FILE = ".lock"


@contextlib.contextmanager
def folder_lock(folder: pathlib.Path, wait: bool = True) -> Iterator[None]:
    """Holds the lock, which the kernel frees when the holder dies.

    Args:
        folder: An existing folder. The lock's file stays in it: were it deleted, two processes could hold two files.
        wait: Whether to wait until no other process holds it.

    Raises:
        BlockingIOError: Another process holds it, and there is to be no waiting.
    """
    descriptor = os.open(folder / _LOCK_FILE, os.O_CREAT | os.O_RDWR, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def is_locked(folder: pathlib.Path) -> bool:
    """Whether a process holds the lock of a folder; nothing is created by asking."""
    try:
        descriptor = os.open(folder / _LOCK_FILE, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
