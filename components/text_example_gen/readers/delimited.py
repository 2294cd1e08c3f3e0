"""Reads CSV and TSV files."""

import itertools
from collections.abc import Iterator
from typing import BinaryIO

from components.text_example_gen.readers.byte_order_mark import skip_byte_order_mark
from components.text_example_gen.readers.delimited_layout import DelimitedLayout
from components.text_example_gen.readers.fields import Fields, split_quoted, split_unquoted
from components.text_example_gen.readers.record import Record


def read_delimited(
    file: BinaryIO, layout: DelimitedLayout, columns: tuple[str, ...], first_line: int = 1
) -> Iterator[Record]:
    """Yields the rows of a CSV or TSV file, or of a part of it.

    Args:
        file: Seekable, open at the beginning of a row.
        layout: How the file is written.
        columns: The names of its columns, from left to right.
        first_line: The number of the line on which the first row begins; a header is looked for on line 1 only.
    """
    rows = split_rows(file, layout, first_line)
    if layout.header and first_line == 1:
        rows = itertools.islice(rows, 1, None)
    for line, raw, fields, fault in rows:
        if fields is None:
            yield Record(line, raw, None, fault)
        elif len(fields) != len(columns):
            yield Record(line, raw, None, f"wrong number of fields: {len(fields)} instead of {len(columns)}")
        else:
            yield Record(line, raw, dict(zip(columns, fields, strict=True)))


def split_rows(file: BinaryIO, layout: DelimitedLayout, first_line: int = 1) -> Iterator[Fields]:
    """Yields all rows of a CSV or TSV file as fields, the header with them."""
    if first_line == 1:
        skip_byte_order_mark(file)
    split = split_quoted if layout.quoting else split_unquoted
    return split(file, layout.delimiter, first_line)
