"""Reads the rows of an inspection with the ingest's own readers, in bounded memory."""

import dataclasses

from components.text_example_gen.block import Block, read_block
from components.text_example_gen.content_hash import split_by_hash
from components.text_example_gen.readers.damaged_file_error import DamagedFileError
from components.text_example_gen.readers.record import Record
from models.tasks.interface.contract import RowError
from pipeline.inspection.reading.row import Row, RowMaker
from pipeline.inspection.reading.row_counts import RowCounts
from pipeline.inspection.reading.target import Target

MAX_HELD_CHARACTERS = 128_000_000
"""Text that is held at once: with what is made of it, some gigabytes."""
_DIGEST_RANGE = 1 << 64


class RowSample:
    """Keeps all rows as long as they are few; then those of every second, fourth, … text, by a hash of it.

    Rows of equal texts stay together, so that shares of duplicates and of leaks are those of all rows. Which rows are
    kept does not depend on their order.
    """

    def __init__(self, max_rows: int, max_characters: int = MAX_HELD_CHARACTERS) -> None:
        """Holds nothing yet.

        Args:
            max_rows: How many rows are kept at most.
            max_characters: How much text.
        """
        self.rows: list[Row] = []
        self.one_in = 1
        self._max_rows, self._max_characters = max_rows, max_characters
        self._num_characters = 0

    def add(self, row: Row) -> None:
        """Takes a row, or leaves it out."""
        if not self._keeps(row):
            return
        self.rows.append(row)
        self._num_characters += row.num_characters
        # A text that all rows share cannot be thinned out.
        while self._is_full() and self.one_in < _DIGEST_RANGE:
            self.one_in *= 2
            self.rows = [kept for kept in self.rows if self._keeps(kept)]
            self._num_characters = sum(kept.num_characters for kept in self.rows)

    def _is_full(self) -> bool:
        return len(self.rows) > self._max_rows or self._num_characters > self._max_characters

    def _keeps(self, row: Row) -> bool:
        return int.from_bytes(row.content[:8], "big") < _DIGEST_RANGE // self.one_in


@dataclasses.dataclass(frozen=True)
class ReadRows:
    """What was read.

    Attributes:
        counts: Of all rows.
        rows: Those that the task can use, or some of them.
        one_in: Of so many texts one is among these; 1 for all.
    """

    counts: RowCounts
    rows: list[Row]
    one_in: int


def read_rows(target: Target, max_rows: int) -> ReadRows:
    """Reads all rows of all files.

    Args:
        target: The files, and how they are read.
        max_rows: How many are looked at more closely than to count them.
    """
    counts, sample = RowCounts(), RowSample(max_rows)
    reader = _RowReader(target, counts)
    for file in target.files:
        try:
            for record in read_block(Block(file), target.data, target.parser.columns.wanted()):
                row = reader.read(file.path, record)
                if row is not None:
                    sample.add(row)
        except DamagedFileError as error:
            counts.damaged.append(f"{file.path}: {error}")
    return ReadRows(counts, sample.rows, sample.one_in)


class _RowReader:
    """Parses records, and counts what becomes of them."""

    def __init__(self, target: Target, counts: RowCounts) -> None:
        self._parser, self._counts, self._part_of = target.parser, counts, target.part_of
        self._shares = target.data.split
        self._maker = RowMaker(target.parser.task)

    def read(self, path: str, record: Record) -> Row | None:
        self._counts.read[path] += 1
        try:
            if record.values is None:
                raise RowError(record.fault)
            features = self._parser.parse(record.values)
        except RowError as error:
            self._counts.reject(f"{path}:{record.line}", str(error))
            return None
        content = self._parser.task.content(features)
        part = self._part_of.get(path) or split_by_hash(content, self._shares)
        row = self._maker.make(part, path, record.line, features, content)
        self._counts.usable[part] += 1
        self._counts.labels.update((part, label) for label in row.labels)
        self._counts.unlabelled[part] += not row.labels
        return row
