"""Gives the memory of unloaded models back to the system."""

import ctypes
import gc


def release_freed_memory() -> None:
    """Collects what nobody holds any more, and lets the C library return what is free.

    A graph refers to itself, so that it stays until it is collected. And glibc keeps what threads free, each in an
    arena of its own: after some changes of versions that is more than a model.
    """
    gc.collect()
    # Of the GNU C library; others have none.
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
