"""Reads CoNLL files: one word a line with its columns, the first of which is the word and the last its tag."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from components.text_example_gen.readers.blank_line import is_blank_line
from components.text_example_gen.readers.byte_order_mark import skip_byte_order_mark
from components.text_example_gen.readers.record import Record
from components.text_example_gen.readers.text_fault import decode_text

_DOCUMENT_START = b"-DOCSTART-"
_TAG = re.compile(rb"O|[BIEMSLU]-\S+")


def read_conll(file: BinaryIO) -> Iterator[Record]:
    """Yields the sentences of a CoNLL file, with the columns `words`, `1`, `2`, …, `tags`, each a list of strings.

    Spaces and tabs separate columns, as many of them as there are; other white space, such as one that does not break
    a line, belongs to its word. Blank lines and `-DOCSTART-` lines separate sentences. Lines ahead of a sentence that
    begin with `# ` are comments, as CoNLL-U has them, unless they end with an entity's tag: `# # O O` is a word.

    Args:
        file: Seekable, open at its beginning.
    """
    skip_byte_order_mark(file)
    first_line, rows = 1, list[bytes]()
    for line, raw in enumerate(file, 1):
        if is_blank_line(raw) or raw.startswith(_DOCUMENT_START):
            if rows:
                yield _sentence(first_line, rows)
            rows = []
        elif rows or not _is_comment(raw):
            first_line = first_line if rows else line
            rows.append(raw)
    if rows:
        yield _sentence(first_line, rows)


def _is_comment(raw: bytes) -> bool:
    return raw.startswith(b"# ") and not _TAG.fullmatch(raw.split()[-1])


def _sentence(first_line: int, rows: list[bytes]) -> Record:
    raw = b"".join(rows)
    _, fault = decode_text(raw)
    words = [row.split() for row in rows]
    fault = fault or _fault_of_widths(first_line, list(map(len, words)))
    if fault:
        return Record(first_line, raw, None, fault)
    names = ["words", *map(str, range(1, len(words[0]) - 1)), "tags"]
    columns = ([cell.decode() for cell in column] for column in zip(*words, strict=True))
    return Record(first_line, raw, dict(zip(names, columns, strict=True)))


def _fault_of_widths(first_line: int, widths: list[int]) -> str:
    if max(widths) == 1:
        return f"one column only: line {first_line} has a word and no tag"
    for line, width in enumerate(widths, first_line):
        if width != widths[0]:
            return (
                f"tags and words of different number: line {line} has {_columns(width)}, "
                f"line {first_line} has {_columns(widths[0])}"
            )
    return ""


def _columns(width: int) -> str:
    return f"{width} column{'s' * (width != 1)}"
