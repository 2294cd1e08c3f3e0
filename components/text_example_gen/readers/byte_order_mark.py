"""Skips the mark that some programs write at the beginning of a UTF-8 file."""

import codecs
from typing import BinaryIO


def skip_byte_order_mark(file: BinaryIO) -> None:
    """Moves a seekable file that stands at its beginning behind a UTF-8 byte order mark, if it has one."""
    if file.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
        file.seek(0)
