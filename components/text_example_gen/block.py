"""Cuts files into blocks, the pieces of work that Beam distributes."""

import dataclasses
import io
from collections.abc import Iterator

from components.text_example_gen.config import DataConfig
from components.text_example_gen.open_source_file import open_source_file
from components.text_example_gen.readers.conll import read_conll
from components.text_example_gen.readers.delimited import read_delimited
from components.text_example_gen.readers.delimited_layout import DelimitedLayout
from components.text_example_gen.readers.documents import read_documents, rest_of_document
from components.text_example_gen.readers.jsonl import read_jsonl
from components.text_example_gen.readers.parquet import read_parquet
from components.text_example_gen.readers.record import Record
from components.text_example_gen.readers.squad import read_squad
from components.text_example_gen.readers.tfrecord import read_tfrecord
from components.text_example_gen.source_file import SourceFile

BLOCK_BYTES = 16 << 20
"""Bytes of a block, which is held in memory: some 100,000 short rows, a few seconds of work."""


@dataclasses.dataclass(frozen=True)
class Block:
    """A run of whole rows of a file.

    Attributes:
        file: The file.
        index: The block's number in the file, from 0; with the file's, it names its shards.
        offset: Its first byte.
        num_bytes: Its length; None for all to the end of the file, read as a stream.
        first_line: The number of its first line.
    """

    file: SourceFile
    index: int = 0
    offset: int = 0
    num_bytes: int | None = None
    first_line: int = 1


def cut_into_blocks(file: SourceFile, data: DataConfig, block_bytes: int = BLOCK_BYTES) -> Iterator[Block]:
    """Yields the blocks of a file: several where rows surely end with a line and any place can be read, else one."""
    rows_are_lines = file.format == "jsonl" or (file.format in ("csv", "tsv") and not data.quoting)
    if file.gzip or not (rows_are_lines or file.format == "documents"):
        yield Block(file)
        return
    index, offset, line = 0, 0, 1
    with open_source_file(file) as opened:
        while chunk := opened.read(block_bytes):
            chunk += opened.readline()
            if file.format == "documents":
                rest = rest_of_document(opened)
                if rest is None:
                    # A document too long for memory, which the reader rejects: all from here on is read as a stream.
                    yield Block(file, index, offset, None, line)
                    return
                chunk += rest
            yield Block(file, index, offset, len(chunk), line)
            index, offset, line = index + 1, offset + len(chunk), line + chunk.count(b"\n")


def read_block(block: Block, data: DataConfig, columns: tuple[str, ...]) -> Iterator[Record]:
    """Yields the rows of a block.

    Args:
        block: The block.
        data: Says how its file is written.
        columns: The file's columns that are wanted; formats that are cheaper to read as a whole give more.

    Raises:
        DamagedFileError: The rest of the file is unreadable.
    """
    with open_source_file(block.file) as opened:
        if block.offset:
            opened.seek(block.offset)
        if block.num_bytes is not None:
            opened = io.BytesIO(opened.read(block.num_bytes))
        match block.file.format:
            case "jsonl":
                yield from read_jsonl(opened, block.first_line)
            case "documents":
                yield from read_documents(opened, block.first_line)
            case "conll":
                yield from read_conll(opened)
            case "squad":
                yield from read_squad(opened)
            case "parquet":
                yield from read_parquet(opened, columns)
            case "tfrecord":
                yield from read_tfrecord(opened, columns)
            case _:
                layout = delimited_layout(block.file, data)
                yield from read_delimited(opened, layout, block.file.columns, block.first_line)


def delimited_layout(file: SourceFile, data: DataConfig) -> DelimitedLayout:
    """Returns how a CSV or TSV file is written."""
    return DelimitedLayout("," if file.format == "csv" else "\t", data.quoting, data.header)
