"""Where the texts that are asked about come from, in chunks of bounded size."""

import contextlib
import dataclasses
import io
import pathlib
import sys
from collections.abc import Iterator, Sequence
from typing import cast

from models.user_error import UserError

_MAX_CHUNK_LINES = 1000
_BLOCK_BYTES = 1 << 20
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclasses.dataclass(frozen=True)
class RequestText:
    """One text.

    Attributes:
        text: As it was given.
        place: Where it was given, for messages.
        line: Its line, from 1, where it was read from a file.
    """

    text: str
    place: str
    line: int | None = None


@contextlib.contextmanager
def request_texts(texts: Sequence[str], file: pathlib.Path | None) -> Iterator[Iterator[list[RequestText]]]:
    """Opens where texts come from: a command line, a file, or else standard input.

    Args:
        texts: Those of the command line.
        file: Holds one text in each line; `-` is standard input.

    Yields:
        The texts, in chunks.

    Raises:
        UserError: Both are given, the file cannot be read, or a line is not UTF-8.
    """
    if texts and file:
        raise UserError(f"texts come from the command line or from {file}, not from both")
    if texts:
        yield iter([[RequestText(text, f"text {number}") for number, text in enumerate(texts, start=1)]])
    elif file is None or str(file) == "-":
        if sys.stdin.isatty():
            sys.stderr.write("bertline: type texts, one a line; Ctrl-D ends\n")
        yield line_texts(cast("io.BufferedReader", sys.stdin.buffer), "standard input")
    else:
        try:
            opened = file.open("rb")
        except OSError as error:
            raise UserError(f"{file} cannot be read: {error.strerror}") from error
        with opened:
            yield line_texts(opened, str(file))


def line_texts(file: io.BufferedIOBase, name: str) -> Iterator[list[RequestText]]:
    """The lines of a file, blank ones included.

    A chunk ends where nothing more can be read at once, so that somebody who types lines, or a program that trickles
    them, is answered line by line.

    Args:
        file: UTF-8, with or without a byte order mark.
        name: Its name, for messages.

    Raises:
        UserError: A line is not UTF-8.
    """
    number = 0
    for lines in _lines_at_once(file):
        for start in range(0, len(lines), _MAX_CHUNK_LINES):
            chunk = []
            for line in lines[start : start + _MAX_CHUNK_LINES]:
                number += 1
                place = f"{name}, line {number}"
                chunk.append(RequestText(_decoded(line, place, is_first=number == 1), place, number))
            yield chunk


def _lines_at_once(file: io.BufferedIOBase) -> Iterator[list[bytes]]:
    rest = b""
    while block := file.read1(_BLOCK_BYTES):
        *lines, rest = (rest + block).split(b"\n")
        if lines:
            yield lines
    if rest:
        yield [rest]


def _decoded(line: bytes, place: str, is_first: bool) -> str:
    line = line.removeprefix(_BYTE_ORDER_MARK) if is_first else line
    try:
        return line.removesuffix(b"\r").decode()
    except UnicodeDecodeError as error:
        raise UserError(
            f"{place}: this is not UTF-8: byte 0x{line[error.start]:02x} after {line[: error.start].decode()[-20:]!r}; "
            "convert the texts, for example with iconv"
        ) from error
