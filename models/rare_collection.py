"""Python's garbage collector, for processes that import much and live for minutes."""

import atexit
import gc

_NEW_OBJECTS = 100_000


def collect_rarely() -> None:
    """Has reference cycles looked for less often, and no more when the process ends.

    A full collection visits all objects of all imported libraries, several hundred thousand: with Python's own
    thresholds half a dozen times while they are imported, and once more at the end, for memory that is given back
    anyway. What is registered with `atexit` is called as ever.
    """
    gc.set_threshold(_NEW_OBJECTS, *gc.get_threshold()[1:])
    atexit.register(gc.freeze)
