"""A note on the terminal that changes with what is being done, gone when it is over."""

import contextlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator

from pipeline.terminal import moves_its_cursor

_ERASE_LINE = "\r\x1b[2K"


@contextlib.contextmanager
def changing_note(name: str) -> Iterator[Callable[[str], None]]:
    """Lets a block say what it does, on standard error, wherever that leads meanwhile; nothing if it is no terminal.

    Args:
        name: Stands before each note.

    Yields:
        Takes what is being done, a few words.
    """
    if not moves_its_cursor(sys.stderr):
        yield lambda _: None
        return
    with os.fdopen(os.dup(sys.stderr.fileno()), "w") as terminal:

        def tell(note: str) -> None:
            width = shutil.get_terminal_size().columns - 1
            terminal.write(f"{_ERASE_LINE}{f'{name}: {note}'[:width]}")
            terminal.flush()

        try:
            yield tell
        finally:
            terminal.write(_ERASE_LINE)
