"""A note on the terminal about what takes long, gone when it is over."""

import contextlib
import os
import sys
from collections.abc import Iterator

from pipeline.terminal import moves_its_cursor

_ERASE_LINE = "\r\x1b[2K"


@contextlib.contextmanager
def transient_note(text: str) -> Iterator[None]:
    """Shows a note on standard error while a block runs, wherever that leads meanwhile; nothing if it is no terminal.

    Args:
        text: One line.
    """
    if not sys.stderr.isatty():
        yield
        return
    stays = not moves_its_cursor(sys.stderr)
    with os.fdopen(os.dup(sys.stderr.fileno()), "w") as terminal:
        terminal.write(f"{text}\n" if stays else text)
        terminal.flush()
        try:
            yield
        finally:
            terminal.write("" if stays else _ERASE_LINE)
