"""Splits the rows of a CSV or TSV file into fields, with and without quoting."""

from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from components.text_example_gen.readers.text_fault import decode_text

MAX_QUOTED_BYTES = 1 << 20
"""How far a quoted field may run on; bounds what one forgotten quote costs in time and memory."""

_QUOTE = b'"'
_NEVER_CLOSED = f"unclosed quote: no closing quote before the end of the file or within {MAX_QUOTED_BYTES:,} bytes"


class Fields(NamedTuple):
    """A row's fields, or what is wrong with it; the other attributes are those of `Record`."""

    line: int
    raw: bytes
    fields: list[str] | None
    fault: str


def split_unquoted(file: BinaryIO, delimiter: str, first_line: int) -> Iterator[Fields]:
    """Yields the rows of a file in which a row is a line and quote characters are text. Empty lines are no rows.

    Args:
        file: Open at the beginning of a line.
        delimiter: One ASCII character.
        first_line: The number of that line.
    """
    for line, raw in enumerate(file, first_line):
        if raw in (b"\n", b"\r\n"):
            continue
        text, fault = decode_text(raw)
        yield Fields(line, raw, None if fault else _without_line_end(text).split(delimiter), fault)


def split_quoted(file: BinaryIO, delimiter: str, first_line: int) -> Iterator[Fields]:
    """Yields the rows of a file in which `"` quotes fields, as RFC 4180 has it. Empty lines are no rows.

    A quoted field may hold delimiters, doubled quotes and line ends. A quote inside a field that does not begin with
    one is text. A row that breaks the rules costs its first line only: reading goes on with the next line, so that a
    forgotten quote does not swallow the rows after it.

    Args:
        file: Open at the beginning of a row.
        delimiter: One ASCII character.
        first_line: The number of its line.
    """
    ahead: deque[bytes] = deque()
    line = first_line
    while raw := ahead.popleft() if ahead else file.readline():
        if raw in (b"\n", b"\r\n"):
            line += 1
        elif _QUOTE not in raw:
            text, fault = decode_text(raw)
            yield Fields(line, raw, None if fault else _without_line_end(text).split(delimiter), fault)
            line += 1
        else:
            row = _QuotedRow(raw, delimiter.encode(), file, ahead)
            yield row.read(line)
            line += row.num_lines


class _QuotedRow:
    """Scans one row that has a quote somewhere, over as many lines as its quoted fields need."""

    def __init__(self, first: bytes, delimiter: bytes, file: BinaryIO, ahead: deque[bytes]) -> None:
        self.num_lines = 1
        self._first = first
        self._bytes = bytearray(first)
        self._delimiter = delimiter
        self._file = file
        self._ahead = ahead
        self._taken: list[bytes] = []

    def read(self, line: int) -> Fields:
        """Returns the row that begins on a line, and keeps the lines that turned out not to belong to it for later."""
        fields, fault = self._scan()
        if fault:
            self._ahead.extendleft(reversed(self._taken))
            return Fields(line, self._first, None, fault)
        self.num_lines += len(self._taken)
        raw = bytes(self._bytes)
        fault = decode_text(raw)[1]
        return Fields(line, raw, None if fault else [field.decode() for field in fields], fault)

    def _scan(self) -> tuple[list[bytes], str]:
        fields: list[bytes] = []
        position = 0
        while True:
            if self._bytes.startswith(_QUOTE, position):
                end = self._closing_quote(position + 1)
                if end < 0:
                    return [], _NEVER_CLOSED
                fields.append(bytes(self._bytes[position + 1 : end]).replace(b'""', _QUOTE))
                end += 1
            else:
                end = self._end_of_plain_field(position)
                fields.append(bytes(self._bytes[position:end]))
            if self._bytes.startswith(self._delimiter, end):
                position = end + 1
            elif bytes(self._bytes[end:]) in (b"", b"\n", b"\r\n"):
                return fields, ""
            else:
                return [], "text after a closing quote: in field " + str(len(fields))

    def _closing_quote(self, position: int) -> int:
        while True:
            found = self._bytes.find(_QUOTE, position)
            if found < 0:
                position = len(self._bytes)
                if not self._take_line():
                    return -1
            elif self._bytes.startswith(_QUOTE, found + 1):
                position = found + 2
            else:
                return found

    def _take_line(self) -> bool:
        if len(self._bytes) >= MAX_QUOTED_BYTES:
            return False
        taken = self._ahead.popleft() if self._ahead else self._file.readline()
        if taken:
            self._taken.append(taken)
            self._bytes += taken
        return bool(taken)

    def _end_of_plain_field(self, position: int) -> int:
        found = self._bytes.find(self._delimiter, position)
        if found >= 0:
            return found
        end = len(self._bytes)
        if self._bytes.endswith(b"\n"):
            end -= 2 if self._bytes.endswith(b"\r\n") else 1
        return max(end, position)


def _without_line_end(text: str) -> str:
    return text.removesuffix("\n").removesuffix("\r")
