"""Tells how the rows of CSV and TSV files are split into fields: the delimiter, and whether quotes mean anything."""

import io
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from components.text_example_gen.config import Format
from components.text_example_gen.readers.delimited import split_rows
from components.text_example_gen.readers.delimited_layout import DelimitedLayout
from components.text_example_gen.readers.fields import Fields
from models.user_error import UserError
from pipeline.guess.finding import Finding
from pipeline.guess.text_pieces import TextPieces

_DELIMITERS: dict[Format, str] = {"csv": ",", "tsv": "\t"}
_OTHER_DELIMITERS = {";": "semicolons", "|": "vertical bars"}


class Reading(NamedTuple):
    """What comes out when files are split in one way.

    Attributes:
        format: `csv` or `tsv`.
        quoting: Whether `"` quotes fields.
        rows: The rows of each file, its header with them; faulty ones only of the file's beginning, since a later
            part may begin within a quoted field.
        widths: The number of fields that most rows of each file have.
        num_faults: Rows that cannot be split or have another number of fields.
    """

    format: Format
    quoting: bool
    rows: tuple[list[Fields], ...]
    widths: tuple[int, ...]
    num_faults: int

    @property
    def num_rows(self) -> int:
        """Rows of all files."""
        return sum(map(len, self.rows))

    @property
    def has_columns(self) -> bool:
        """Whether there are several columns, in every file."""
        return min(self.widths) > 1


def guess_layout(files: Sequence[TextPieces], first_choice: Format, name: str) -> tuple[Reading, Finding | None]:
    """Returns the way of splitting that breaks the fewest rows, and the finding on quotes if there are any.

    Args:
        files: All files of a config, which are all split alike.
        first_choice: The format by their endings.
        name: What to call them in messages.

    Raises:
        UserError: No delimiter gives two columns.
    """
    formats: tuple[Format, ...] = ("csv", "tsv") if first_choice == "csv" else ("tsv", "csv")
    readings = [_best_quoting(files, file_format) for file_format in formats]
    fitting = [each for each in readings if each[0].has_columns and 5 * each[0].num_faults <= each[0].num_rows]
    if fitting:
        return min(fitting, key=lambda each: each[0].num_faults)
    first = readings[0][0]
    for delimiter, spoken in _OTHER_DELIMITERS.items():
        if not first.has_columns and _has_columns_by(delimiter, first):
            raise UserError(f"{name} separates its columns by {spoken}; save it with commas (CSV) or tabs (TSV)")
    if first.has_columns:
        return readings[0]
    raise UserError(
        f"{name} has one column only (no comma or tab separates others on most lines); most tasks need a text and a "
        "label in each row; if it holds documents to pre-train on: --task masked_lm"
    )


def _best_quoting(files: Sequence[TextPieces], file_format: Format) -> tuple[Reading, Finding | None]:
    quoted = _read(files, file_format, quoting=True)
    if not any(b'"' in part for file in files for part in file.parts):
        return quoted, None
    plain = _read(files, file_format, quoting=False)
    reason = f"{quoted.num_faults:,} rows break if they enclose fields, {plain.num_faults:,} if they are text"
    enclose = quoted.num_faults < plain.num_faults
    if quoted.num_faults == plain.num_faults:
        enclose = file_format == "csv" or _fields_are_enclosed(plain)
        reason = "no row breaks either way; " + (
            "the usual in CSV" if file_format == "csv" else f"{'most' if enclose else 'few'} values stand in quotes"
        )
    if enclose:
        return quoted, Finding("quotes", "enclose fields", reason)
    return plain, Finding("quotes", "are text", reason)


def _fields_are_enclosed(plain: Reading) -> bool:
    """Whether nearly all values of some column stand in quotes, so that these are no part of the text."""
    fields = (field for rows in plain.rows for row in rows for field in enumerate(row.fields or ()))
    enclosed = Counter(index for index, text in fields if len(text) > 1 and text[0] == text[-1] == '"')
    return any(10 * count >= 9 * plain.num_rows for count in enclosed.values())


def _read(files: Sequence[TextPieces], file_format: Format, quoting: bool) -> Reading:
    layout = DelimitedLayout(_DELIMITERS[file_format], quoting, header=False)
    split = [_split(file, layout) for file in files]
    widths = tuple(_width(rows) for rows in split)
    num_faults = sum(not _is_whole(row, width) for rows, width in zip(split, widths, strict=True) for row in rows)
    return Reading(file_format, quoting, tuple(split), widths, num_faults)


def _split(file: TextPieces, layout: DelimitedLayout) -> list[Fields]:
    first, *later = (list(split_rows(io.BytesIO(part), layout)) for part in file.parts)
    width = _width([row for part in (first, *later) for row in part])
    return [*first, *(row._replace(line=0) for part in later for row in part if _is_whole(row, width))]


def _width(rows: Sequence[Fields]) -> int:
    widths = Counter(len(row.fields) for row in rows if row.fields is not None)
    return widths.most_common(1)[0][0] if widths else 0


def _is_whole(row: Fields, width: int) -> bool:
    return row.fields is not None and len(row.fields) == width


def _has_columns_by(delimiter: str, reading: Reading) -> bool:
    rows = [row.fields[0] for rows in reading.rows for row in rows if row.fields]
    counts = Counter(field.count(delimiter) for field in rows)
    number, num_rows = counts.most_common(1)[0] if counts else (0, 0)
    return number > 0 and 10 * num_rows >= 8 * len(rows)
