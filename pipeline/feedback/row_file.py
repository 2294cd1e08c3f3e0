"""Writes rows in the formats of data files that are tables."""

import csv
import gzip
import io
import json
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

from components.text_example_gen.config import DataConfig, Format
from components.text_example_gen.source_file import FORMATS
from models.user_error import UserError

Rows = Sequence[Mapping[str, Any]]

_WRITABLE = ("csv", "tsv", "jsonl", "parquet")


def format_of(path: pathlib.Path, data: DataConfig | None = None) -> Format:
    """The format that a file of this name is read in.

    Args:
        path: The file.
        data: The config's section, where it is a data file.

    Raises:
        UserError: It is none that can be written here.
    """
    ending = pathlib.PurePath(path.name.removesuffix(".gz")).suffix
    found = FORMATS.get(ending)
    if data is not None and data.format != "auto":
        found = data.format
    if found not in _WRITABLE:
        endings = ", ".join(ending for ending, name in FORMATS.items() if name in _WRITABLE)
        raise UserError(
            f"{path}: rows are written as {endings}, each also with .gz, not as {found or ending or 'this'}"
        )
    return found


def fault_of_row(row: Mapping[str, Any], file_format: Format, data: DataConfig) -> str:
    """Why a row cannot stand in a data file; empty where it can.

    Args:
        row: The values.
        file_format: The file's.
        data: The config's section.
    """
    if file_format in ("csv", "tsv") and not data.quoting:
        delimiter = "," if file_format == "csv" else "\t"
        if any(character in str(value) for value in row.values() for character in (delimiter, "\n", "\r")):
            return "not writable: data.quoting is false, and a value holds a delimiter or a line end"
    return ""


def row_bytes(rows: Rows, columns: Sequence[str], path: pathlib.Path, data: DataConfig | None = None) -> bytes:
    """The content of a file.

    Args:
        rows: Values by column; what a row lacks is empty, or null.
        columns: The file's columns.
        path: Its name, which says how it is written.
        data: The config's section, where it is a data file; others have a header, and quote.
    """
    match format_of(path, data):
        case "csv":
            content = _delimited(rows, columns, ",", data)
        case "tsv":
            content = _delimited(rows, columns, "\t", data)
        case "jsonl":
            lines = ({name: row[name] for name in columns if name in row} for row in rows)
            content = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
        case _:
            content = _parquet(rows, columns)
    # Without the time, so that equal rows are equal files.
    return gzip.compress(content, mtime=0) if path.name.endswith(".gz") else content


def _delimited(rows: Rows, columns: Sequence[str], delimiter: str, data: DataConfig | None) -> bytes:
    file = io.StringIO()
    plain = data is not None and not data.quoting
    quoting = {"quoting": csv.QUOTE_NONE, "quotechar": None} if plain else {"quoting": csv.QUOTE_MINIMAL}
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\n", **quoting)
    if data is not None and not data.header:
        # Such columns are called by their places.
        columns = [str(place) for place in range(1 + max(map(int, columns)))]
    else:
        writer.writerow(columns)
    for row in rows:
        writer.writerow([_field(row.get(name)) for name in columns])
    return file.getvalue().encode()


def _field(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _parquet(rows: Rows, columns: Sequence[str]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({name: pa.array([row.get(name) for row in rows]) for name in columns})
    file = io.BytesIO()
    pq.write_table(table, file)
    return file.getvalue()
