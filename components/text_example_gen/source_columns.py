"""Looks at the beginning of a file for the names of its columns."""

import itertools
from collections import Counter
from collections.abc import Iterable
from typing import BinaryIO

from components.text_example_gen.block import Block, delimited_layout, read_block
from components.text_example_gen.config import DataConfig
from components.text_example_gen.open_source_file import open_source_file
from components.text_example_gen.readers.damaged_file_error import DamagedFileError
from components.text_example_gen.readers.delimited import split_rows
from components.text_example_gen.readers.delimited_layout import DelimitedLayout
from components.text_example_gen.readers.parquet import parquet_columns
from components.text_example_gen.readers.record import Record
from components.text_example_gen.readers.tfrecord import read_tfrecord
from components.text_example_gen.source_file import SourceFile
from models.user_error import UserError

_NUM_ROWS = 100
"""Rows looked at in formats that declare no columns; enough to see each field that is not rare."""

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def source_columns(file: SourceFile, data: DataConfig) -> tuple[str, ...]:
    """Returns the names of a file's columns, in its order; none if it has no readable row.

    A file without a header has columns `0`, `1`, … as far as most of its first rows reach.

    Raises:
        UserError: The file or its header cannot be read.
    """
    try:
        with open_source_file(file) as opened:
            match file.format:
                case "parquet":
                    return parquet_columns(opened)
                case "tfrecord":
                    return _keys(read_tfrecord(opened))
                case "csv" | "tsv":
                    _check_encoding(opened, file)
                    return _delimited_columns(opened, delimited_layout(file, data), file)
                case _:
                    _check_encoding(opened, file)
                    return _keys(read_block(Block(file), data, columns=()))
    except DamagedFileError as error:
        raise UserError(f"{file.path} cannot be read as {file.format}: {error}") from error


def _check_encoding(opened: BinaryIO, file: SourceFile) -> None:
    if opened.read(2) in _UTF16_MARKS:
        raise UserError(f"{file.path} is UTF-16 text; save it as UTF-8")
    opened.seek(0)


def _keys(records: Iterable[Record]) -> tuple[str, ...]:
    first = itertools.islice(records, _NUM_ROWS)
    return tuple(dict.fromkeys(name for record in first for name in record.values or {}))


def _delimited_columns(opened: BinaryIO, layout: DelimitedLayout, file: SourceFile) -> tuple[str, ...]:
    rows = list(itertools.islice(split_rows(opened, layout), 1 if layout.header else _NUM_ROWS))
    if not layout.header:
        widths = Counter(len(row.fields) for row in rows if row.fields is not None)
        return tuple(map(str, range(widths.most_common(1)[0][0]))) if widths else ()
    if not rows:
        return ()
    if rows[0].fields is None:
        raise UserError(f"the header of {file.path}, line {rows[0].line}, cannot be read: {rows[0].fault}")
    return tuple(name.strip() for name in rows[0].fields)
