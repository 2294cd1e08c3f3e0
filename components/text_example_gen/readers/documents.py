"""Reads plain text: documents with a blank line between them."""

from collections.abc import Iterator
from typing import BinaryIO

from components.text_example_gen.readers.blank_line import is_blank_line
from components.text_example_gen.readers.byte_order_mark import skip_byte_order_mark
from components.text_example_gen.readers.record import Record
from components.text_example_gen.readers.text_fault import decode_text

MAX_DOCUMENT_BYTES = 16 << 20
"""Longest document, some three million words; bounds the memory that a corpus without blank lines costs."""


def read_documents(file: BinaryIO, first_line: int = 1) -> Iterator[Record]:
    r"""Yields the documents of a text file, or of a part of it: the column `text`, lines joined by `\n`.

    Args:
        file: Seekable, open at the beginning of a document or of a blank line.
        first_line: The number of that line.
    """
    if first_line == 1:
        skip_byte_order_mark(file)
    start, lines, num_bytes = first_line, list[bytes](), 0
    for line, raw in enumerate(file, first_line):
        if is_blank_line(raw):
            if lines:
                yield _document(start, lines, num_bytes)
            lines, num_bytes = [], 0
            continue
        if not lines:
            start = line
        num_bytes += len(raw)
        if num_bytes <= MAX_DOCUMENT_BYTES or not lines:
            lines.append(raw)
    if lines:
        yield _document(start, lines, num_bytes)


def rest_of_document(file: BinaryIO) -> bytes | None:
    """Returns what is left up to the end of the next blank line, or of the file; None if that is too much to hold.

    Args:
        file: Open at the beginning of a line.
    """
    lines, num_bytes = list[bytes](), 0
    while (raw := file.readline()) and num_bytes <= MAX_DOCUMENT_BYTES:
        lines.append(raw)
        num_bytes += len(raw)
        if is_blank_line(raw):
            break
    return b"".join(lines) if num_bytes <= MAX_DOCUMENT_BYTES else None


def _document(line: int, lines: list[bytes], num_bytes: int) -> Record:
    if num_bytes > MAX_DOCUMENT_BYTES:
        fault = f"document too long: {num_bytes:,} bytes without a blank line, at most {MAX_DOCUMENT_BYTES:,} are read"
        return Record(line, lines[0], None, fault)
    raw = b"".join(lines)
    text, fault = decode_text(raw)
    values = {"text": text.replace("\r\n", "\n").removesuffix("\n")}
    return Record(line, raw, None if fault else values, fault)
