"""Reads Parquet files; PyArrow is imported where one is read, for commands that read other files."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from components.text_example_gen.readers.damaged_file_error import DamagedFileError
from components.text_example_gen.readers.record import Record

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH_ROWS = 4096


def read_parquet(file: BinaryIO, columns: tuple[str, ...]) -> Iterator[Record]:
    """Yields the rows of a Parquet file; binary columns are read as UTF-8 text.

    Args:
        file: Seekable.
        columns: The columns to read; those that the file lacks are left out.

    Raises:
        DamagedFileError: It is not a Parquet file, or broken.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    row = 1
    try:
        parquet = pq.ParquetFile(file)
        present = [column for column in columns if column in parquet.schema_arrow.names]
        for batch in parquet.iter_batches(_BATCH_ROWS, columns=present):
            for values in zip(*(_python_values(batch.column(name)) for name in present), strict=True):
                yield _record(row, dict(zip(present, values, strict=True)))
                row += 1
    except (pa.ArrowException, OSError) as error:
        raise DamagedFileError(f"after row {row - 1}: {error}") from error


def parquet_columns(file: BinaryIO) -> tuple[str, ...]:
    """Returns the names of a file's columns.

    Raises:
        DamagedFileError: It is not a Parquet file, or broken.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return tuple(pq.ParquetFile(file).schema_arrow.names)
    except (pa.ArrowException, OSError) as error:
        raise DamagedFileError(str(error)) from error


def _python_values(column: "pa.Array") -> list[Any]:
    import pyarrow as pa

    # Arrow does not check that its strings are UTF-8, and one that is not would fail the whole batch.
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_string(column.type):
        column = column.cast(pa.binary())
    elif pa.types.is_large_string(column.type):
        column = column.cast(pa.large_binary())
    values: list[Any] = column.to_pylist()
    return values


def _record(row: int, values: dict[str, Any]) -> Record:
    for name, value in values.items():
        if isinstance(value, bytes):
            try:
                values[name] = value.decode()
            except UnicodeDecodeError as error:
                fault = f"invalid UTF-8: byte 0x{value[error.start]:02x} at byte {error.start} of column {name!r}"
                return Record(row, None, values, fault)
    return Record(row, None, values)
