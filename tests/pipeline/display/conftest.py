"""A terminal whose size can be changed, and a screen that shows what was written to it."""

import fcntl
import io
import os
import pty
import re
import struct
import termios
from collections.abc import Callable, Iterator

import pytest

_PIECES = re.compile(r"\x1b\[(\??\d*(?:;\d+)*)([A-Za-z])|\r|\n|[^\x1b\r\n]+")


class Terminal(io.StringIO):
    """Collects what is written; its size is that of a real pseudo-terminal."""

    encoding = "utf-8"

    def __init__(self, columns: int, lines: int) -> None:
        super().__init__()
        self._master, self._slave = pty.openpty()
        self.resize(columns, lines)

    def resize(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._slave

    def take(self) -> str:
        """What was written since the last call."""
        written = self.getvalue()
        self.seek(0)
        self.truncate()
        return written

    def close(self) -> None:
        os.close(self._master)
        os.close(self._slave)
        super().close()


class Screen:
    """Rows of a terminal that wraps long rows anew when it becomes narrower, as most do."""

    def __init__(self, columns: int) -> None:
        self.rows = [""]
        self._row = 0
        self._columns = columns

    def resize(self, columns: int) -> None:
        self.rows = [row[start : start + columns] for row in self.rows for start in range(0, max(len(row), 1), columns)]
        self._row = len(self.rows) - 1
        self._columns = columns

    def show(self, written: str) -> None:
        for piece in _PIECES.finditer(written):
            if piece[0] == "\n":
                self._row += 1
                self.rows += [""] * (self._row + 1 - len(self.rows))
            elif piece[2] == "A":
                self._row -= int(piece[1] or 1)
            elif piece[2] == "K":
                self.rows[self._row] = ""
            elif not piece[2] and piece[0] != "\r":
                self.rows[self._row] += piece[0]
                assert len(self.rows[self._row]) <= self._columns

    def text(self) -> list[str]:
        return [row for row in self.rows if row]


@pytest.fixture
def open_terminal() -> Iterator[Callable[[int, int], Terminal]]:
    opened = []

    def open_one(columns: int, lines: int) -> Terminal:
        opened.append(Terminal(columns, lines))
        return opened[-1]

    yield open_one
    for terminal in opened:
        terminal.close()


@pytest.fixture
def new_screen() -> type[Screen]:
    return Screen
