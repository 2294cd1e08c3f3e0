"""What a terminal is like."""

import os
from typing import TextIO

_UNKNOWN_SIZE = os.terminal_size((80, 24))


def terminal_size(output: TextIO) -> os.terminal_size:
    """The terminal's size now, in cells; 80 times 24 where it does not say.

    It is asked about this output, and not about standard output, which may be somewhere else.
    """
    try:
        size = os.get_terminal_size(output.fileno())
    except OSError:
        return _UNKNOWN_SIZE
    return os.terminal_size((size.columns or _UNKNOWN_SIZE.columns, size.lines or _UNKNOWN_SIZE.lines))


def moves_its_cursor(output: TextIO) -> bool:
    """Whether this is a terminal that can write over what it shows."""
    return output.isatty() and os.environ.get("TERM", "") not in ("", "dumb", "unknown")
