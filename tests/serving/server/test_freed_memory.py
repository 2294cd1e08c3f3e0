"""Memory that is free goes back to the system."""

import ctypes
import pathlib
import platform

import pytest

from serving.server.engine.freed_memory import release_freed_memory

_BLOCK, _NUM_BLOCKS = 64 * 1024, 2000


def _resident_mib() -> float:
    pages = int(pathlib.Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have arenas of other kinds")
def test_what_lies_below_something_used_goes_back_too() -> None:
    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p
    library.malloc.argtypes = [ctypes.c_size_t]
    library.free.argtypes = [ctypes.c_void_p]
    blocks = [library.malloc(_BLOCK) for _ in range(_NUM_BLOCKS)]
    for block in blocks:
        ctypes.memset(block, 1, _BLOCK)
    # The last one, at the end of the arena, stays in use.
    *freed, last = blocks
    for block in freed:
        library.free(block)
    before = _resident_mib()
    release_freed_memory()
    assert before - _resident_mib() > 0.8 * _BLOCK * _NUM_BLOCKS / 2**20
    library.free(last)
