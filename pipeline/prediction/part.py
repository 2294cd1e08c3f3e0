"""The pieces of work of a prediction: runs of rows of a file."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from components.text_example_gen.block import Block, cut_into_blocks, read_block
from components.text_example_gen.config import DataConfig
from components.text_example_gen.readers.record import Record
from components.text_example_gen.source_file import SourceFile
from models.tasks.interface.cell import text_cell
from models.tasks.interface.contract import RowError

ROWS_PER_PART = 4096
"""Some 20 seconds of a small BERT on two cores: what a kill costs; and enough rows to put like lengths together."""

_BLOCK_BYTES = 1 << 20
"""Much less than the ingest's: a row takes a thousand times as long to answer as to read, and it is blocks that are
spread over workers."""


class InputRow(NamedTuple):
    """One row of a file.

    A named tuple and not a dataclass, since one is made per row.

    Attributes:
        record: As the file has it.
        texts: The texts, by the model's columns; None where it cannot be asked about.
        fault: Why not.
    """

    record: Record
    texts: Mapping[str, str] | None
    fault: str = ""


@dataclasses.dataclass(frozen=True)
class Part:
    """A run of rows of a file.

    Attributes:
        name: Sorts as the rows do: by file, by block of the file, by place in the block.
        path: The file.
        rows: The rows, those that cannot be asked about among them.
    """

    name: str
    path: str
    rows: tuple[InputRow, ...]


@dataclasses.dataclass(frozen=True)
class PartReader:
    """Reads the parts of blocks.

    Attributes:
        data: Says how the files are written.
        columns: The file's column by the model's column, for each file.
        rows_per_part: Rows of all parts but a block's last.
    """

    data: DataConfig
    columns: Mapping[str, Mapping[str, str]]
    rows_per_part: int = ROWS_PER_PART

    def blocks(self, file: SourceFile) -> Iterator[Block]:
        """The pieces that a file can be read in; one, where only its beginning surely begins a row."""
        return cut_into_blocks(file, self.data, _BLOCK_BYTES)

    def parts(self, block: Block, is_done: Callable[[str], bool]) -> Iterator[Part]:
        """Yields the parts of a block.

        Args:
            block: The block.
            is_done: Whether a part of a name is left out.

        Raises:
            DamagedFileError: The rest of the file is unreadable.
        """
        columns = self.columns[block.file.path]
        waiting: list[Record] = []
        number = 0
        for record in read_block(block, self.data, tuple(columns.values())):
            waiting.append(record)
            if len(waiting) == self.rows_per_part:
                yield from self._part(block, number, waiting, is_done)
                waiting, number = [], number + 1
        if waiting:
            yield from self._part(block, number, waiting, is_done)

    def _part(self, block: Block, number: int, records: list[Record], is_done: Callable[[str], bool]) -> Iterator[Part]:
        name = f"{block.file.index:05}-{block.index:06}-{number:05}"
        if not is_done(name):
            columns = self.columns[block.file.path]
            yield Part(name, block.file.path, tuple(_input_row(record, columns) for record in records))


def _input_row(record: Record, columns: Mapping[str, str]) -> InputRow:
    if record.values is None:
        return InputRow(record, None, record.fault)
    try:
        texts = {name: text_cell({name: record.values.get(source)}, name).decode() for name, source in columns.items()}
    except RowError as error:
        return InputRow(record, None, str(error))
    except UnicodeEncodeError:
        return InputRow(record, None, "half a surrogate pair")
    return InputRow(record, texts)
