"""Reads pieces of a text file, however large: all of a small one, parts from end to end of a large one."""

import dataclasses
import gzip
import pathlib
import zlib
from typing import BinaryIO, cast

from models.user_error import UserError

PIECE_BYTES = 1 << 20
MAX_PIECES = 8
"""8 MB in all, some ten thousands of rows; spread out, since many files are sorted by label."""

_MAX_GZIP_OFFSET = 1 << 29
"""A place in a gzip file is reached by decompressing all before it: half a gigabyte takes some seconds."""


@dataclasses.dataclass(frozen=True)
class TextPieces:
    """Parts of a text file.

    Attributes:
        parts: Each begins and ends with a line; the first is the file's beginning.
        total_bytes: The size of the whole file, uncompressed; gzip files tell it modulo 4 GiB.
    """

    parts: tuple[bytes, ...]
    total_bytes: int

    @property
    def num_bytes(self) -> int:
        """Bytes that were read."""
        return sum(map(len, self.parts))

    @property
    def is_whole(self) -> bool:
        """Whether this is all of the file."""
        return self.num_bytes >= self.total_bytes


def read_text_pieces(path: pathlib.Path, is_gzip: bool) -> TextPieces:
    """Reads a bounded part of a file.

    Args:
        path: The file.
        is_gzip: Whether it is compressed.

    Raises:
        UserError: It cannot be read, or the compressed data is broken.
    """
    try:
        size = _gzip_size(path) if is_gzip else path.stat().st_size
        with gzip.open(path) if is_gzip else path.open("rb") as opened:
            return _read(cast("BinaryIO", opened), size, min(size, _MAX_GZIP_OFFSET) if is_gzip else size)
    except (OSError, EOFError, zlib.error) as error:
        raise UserError(f"{path} cannot be read: {error}") from error


def _read(opened: BinaryIO, size: int, reach: int) -> TextPieces:
    start = opened.read(MAX_PIECES * PIECE_BYTES)
    if not opened.read(1):
        return TextPieces((start,), len(start))
    parts = [start[: start.rfind(b"\n", 0, PIECE_BYTES) + 1] or start[:PIECE_BYTES]]
    for number in range(1, MAX_PIECES):
        opened.seek(reach * number // MAX_PIECES)
        opened.readline(PIECE_BYTES)
        parts.append(opened.read(PIECE_BYTES) + opened.readline(PIECE_BYTES))
    return TextPieces(tuple(part for part in parts if part), max(size, len(start) + 1))


def _gzip_size(path: pathlib.Path) -> int:
    with path.open("rb") as opened:
        opened.seek(max(0, path.stat().st_size - 4))
        return int.from_bytes(opened.read(4), "little")
