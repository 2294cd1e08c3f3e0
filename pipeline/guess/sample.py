"""Rows of the user's files, read by the readers of the ingest."""

import contextlib
import dataclasses
import gzip
import io
import itertools
import pathlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO, cast

from components.text_example_gen.config import Format
from components.text_example_gen.readers.conll import read_conll
from components.text_example_gen.readers.damaged_file_error import DamagedFileError
from components.text_example_gen.readers.documents import read_documents
from components.text_example_gen.readers.jsonl import read_jsonl
from components.text_example_gen.readers.record import Record
from components.text_example_gen.readers.squad import read_squad
from models.user_error import UserError
from pipeline.guess.file_format import FileFormat
from pipeline.guess.text_pieces import TextPieces

MAX_ROWS = 20_000
"""Rows of a file that are kept: shares of a half are then known within a hundredth."""

_NUM_TELLING = 100
"""First rows whose fields are the file's columns, as components.text_example_gen.source_columns has it."""

_MAX_ROWS_READ = 500_000
"""Rows read where no part can be left out (Parquet, TFRecord): some seconds."""


@dataclasses.dataclass(frozen=True)
class Sample:
    """Rows of one file, from its beginning to its end.

    Attributes:
        path: The file.
        columns: The names of its columns, in its order.
        records: Rows, of a large file evenly spread ones; those that cannot be read have no values. Their
            line is 0 where it is not known.
        num_rows: How many the file has; estimated for a large one, and for one not read to its end too low.
        is_exact: Whether that is counted.
    """

    path: pathlib.Path
    columns: tuple[str, ...]
    records: tuple[Record, ...]
    num_rows: int
    is_exact: bool

    def values(self, column: str) -> list[Any]:
        """The values of a column; None where a row has none."""
        return [record.values.get(column) for record in self.records if record.values is not None]


def joined(samples: Sequence[Sample]) -> Sample:
    """The rows of several files of the same columns as one sample, under the first one's name."""
    records = tuple(record for sample in samples for record in sample.records)
    return dataclasses.replace(samples[0], records=records, num_rows=sum(sample.num_rows for sample in samples))


def sample_records(
    path: pathlib.Path, records: Sequence[Record], columns: Sequence[str] | None, seen_share: float = 1.0
) -> Sample:
    """Makes a sample of records.

    Args:
        path: Their file.
        records: Rows of it.
        columns: Its columns; None to take those that the rows have.
        seen_share: Which share of the file's bytes they are.
    """
    names = columns or tuple(dict.fromkeys(name for record in records[:_NUM_TELLING] for name in record.values or ()))
    return Sample(
        path,
        tuple(names),
        tuple(records[:: -(-len(records) // MAX_ROWS) or 1]),
        round(len(records) / (seen_share or 1.0)),
        is_exact=seen_share >= 1,
    )


TEXT_READERS: dict[Format, Callable[[BinaryIO], Iterator[Record]]] = {
    "jsonl": read_jsonl,
    "conll": read_conll,
    "documents": read_documents,
}
"""Readers of formats of which a part is a file of that format, too."""


def sample_text(path: pathlib.Path, pieces: TextPieces, file_format: Format) -> Sample:
    """Reads rows of a file of one of `TEXT_READERS`."""
    first, *later = (TEXT_READERS[file_format](io.BytesIO(part)) for part in pieces.parts)
    records = [*first, *(record._replace(line=0) for part in later for record in part)]
    return sample_records(path, records, None, pieces.num_bytes / max(pieces.total_bytes, 1))


def sample_binary(path: pathlib.Path, file_format: FileFormat) -> Sample:
    """Reads rows of a file of which no part can be read alone: Parquet, TFRecord or SQuAD's JSON.

    Raises:
        UserError: It is damaged.
    """
    try:
        with gzip.open(path) if file_format.is_gzip else path.open("rb") as stream:
            opened = cast("BinaryIO", stream)
            if file_format.format == "parquet":
                from components.text_example_gen.readers.parquet import parquet_columns, read_parquet

                columns = parquet_columns(opened)
                return _thinned(path, map(_decoded, read_parquet(opened, columns)), columns)
            if file_format.format == "squad":
                return _thinned(path, read_squad(opened), None)
            from components.text_example_gen.readers.tfrecord import read_tfrecord

            return _thinned(path, read_tfrecord(opened), None)
    except (DamagedFileError, OSError, EOFError) as error:
        raise UserError(f"{path} cannot be read as {file_format.format}: {error}") from error


def _decoded(record: Record) -> Record:
    """A row of which the reader gave up on a column that is no text, such as an image: the ingest would not read it."""
    if not record.fault or record.values is None:
        return record
    return Record(record.line, None, {name: _text_of(value) for name, value in record.values.items()})


def _text_of(value: Any) -> Any:
    if isinstance(value, bytes):
        with contextlib.suppress(UnicodeDecodeError):
            return value.decode()
    return value


def _thinned(path: pathlib.Path, records: Iterable[Record], columns: Sequence[str] | None) -> Sample:
    """Keeps every n-th row, n growing with the file."""
    kept: list[Record] = []
    step, num_rows = 1, 0
    iterator = iter(records)
    for record in itertools.islice(iterator, _MAX_ROWS_READ):
        if num_rows % step == 0:
            kept.append(record)
        num_rows += 1
        if len(kept) > 2 * MAX_ROWS:
            kept, step = kept[::2], 2 * step
    is_exact = next(iterator, None) is None
    return dataclasses.replace(sample_records(path, kept, columns), num_rows=num_rows, is_exact=is_exact)
