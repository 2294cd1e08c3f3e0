"""The user's files as tables that are read alike."""

import dataclasses
import itertools
import pathlib
from collections.abc import Iterable, Mapping, Sequence

from components.text_example_gen.config import Format
from components.text_example_gen.readers.fields import Fields
from components.text_example_gen.readers.record import Record
from models.user_error import UserError
from pipeline.guess.file_format import FileFormat, guess_format
from pipeline.guess.finding import Finding
from pipeline.guess.header import guess_header
from pipeline.guess.layout import guess_layout
from pipeline.guess.sample import TEXT_READERS, Sample, sample_binary, sample_records, sample_text
from pipeline.guess.text_pieces import read_text_pieces


@dataclasses.dataclass(frozen=True)
class Table:
    """Files that are read alike.

    Attributes:
        format: How they are written.
        samples: Rows of each.
        fields: What the config's section `data` has to say on how they are written.
        findings: By what that was seen.
    """

    format: Format
    samples: tuple[Sample, ...]
    fields: Mapping[str, str | bool]
    findings: tuple[Finding, ...]

    @property
    def unit(self) -> str:
        """What its rows are called."""
        return _UNITS.get(self.format, "rows")


_UNITS: Mapping[Format, str] = {
    "conll": "sentences",
    "squad": "questions",
    "documents": "documents, which blank lines separate,",
}


def read_table(paths: Sequence[pathlib.Path], is_plain: bool = False) -> Table:
    """Reads a sample of files that the config names together.

    Args:
        paths: The files.
        is_plain: Whether text is documents where nothing says that it is a table.

    Raises:
        UserError: One cannot be read, or they are written differently.
    """
    formats = [guess_format(path, is_plain) for path in paths]
    tabular = [file_format.format in ("csv", "tsv") for file_format in formats]
    if len({file_format.format for file_format in formats}) > 1 and not all(tabular):
        raise UserError(f"{_list(paths)} are of different formats; one config reads files that are written alike")
    if all(tabular):
        table = _read_delimited(paths, formats)
    else:
        table = _table(paths, formats, formats[0].format, [_read(*file) for file in zip(paths, formats, strict=True)])
    return table


def check_columns(samples: Sequence[Sample], columns: Iterable[str]) -> None:
    """Checks that all files have some columns.

    Raises:
        UserError: One lacks one.
    """
    for sample, column in itertools.product(samples, columns):
        if column not in sample.columns:
            raise UserError(
                f"{sample.path} has no column {column!r}, which {samples[0].path} has; its columns: "
                f"{', '.join(map(repr, sample.columns))}"
            )


def _read(path: pathlib.Path, file_format: FileFormat) -> Sample:
    if file_format.format in TEXT_READERS:
        return sample_text(path, read_text_pieces(path, file_format.is_gzip), file_format.format)
    return sample_binary(path, file_format)


def _read_delimited(paths: Sequence[pathlib.Path], formats: Sequence[FileFormat]) -> Table:
    pieces = [read_text_pieces(path, each.is_gzip) for path, each in zip(paths, formats, strict=True)]
    reading, quotes = guess_layout(pieces, formats[0].format, _list(paths))
    if 5 * reading.num_faults > reading.num_rows and not any(each.ending for each in formats):
        raise UserError(
            f"{_list(paths)} is no table: {reading.num_faults / reading.num_rows:.0%} of the lines have another number "
            "of fields than most; if it holds documents to pre-train on: --task masked_lm"
        )
    first = [row.fields for row in reading.rows[0] if row.fields is not None and len(row.fields) == reading.widths[0]]
    is_header, reason = (
        guess_header(first[0], first[1:]) if first and first[0] == reading.rows[0][0].fields else (False, "")
    )
    names = _names(first[0]) if is_header else tuple(map(str, range(reading.widths[0])))
    samples = []
    for path, rows, part in zip(paths, reading.rows, pieces, strict=True):
        own = _names(rows[0].fields or ()) if is_header else names
        if not set(own) & set(names):
            raise UserError(f"{paths[0]} has the header {', '.join(names)}, {path} has not; they must be written alike")
        records = [_record(row, own) for row in rows[is_header:]]
        samples.append(sample_records(path, records, own, part.num_bytes / max(part.total_bytes, 1)))
    table = _table(paths, formats, reading.format, samples)
    fields = {
        **table.fields,
        **({} if reading.quoting else {"quoting": False}),
        **({} if is_header else {"header": False}),
    }
    spoken = f"yes: {', '.join(name or '(no name)' for name in names)}" if is_header else "no"
    called = "" if is_header else "; columns are counted from 0"
    header = Finding("header", spoken, reason + called)
    return Table(reading.format, table.samples, fields, (*table.findings, *([quotes] if quotes else []), header))


def _table(
    paths: Sequence[pathlib.Path], formats: Sequence[FileFormat], found: Format, samples: Sequence[Sample]
) -> Table:
    told = all(each.ending == found for each in formats)
    reason = "by the file's ending" if told else "by the content: the ending does not tell it"
    return Table(found, tuple(samples), {} if told else {"format": found}, (Finding("format", found, reason),))


def _names(fields: Sequence[str]) -> tuple[str, ...]:
    return tuple(name.strip() for name in fields)


def _record(row: Fields, names: Sequence[str]) -> Record:
    if row.fields is None:
        return Record(row.line, row.raw, None, row.fault)
    if len(row.fields) != len(names):
        return Record(row.line, row.raw, None, f"wrong number of fields: {len(row.fields)} instead of {len(names)}")
    return Record(row.line, row.raw, dict(zip(names, row.fields, strict=True)))


def _list(paths: Sequence[pathlib.Path]) -> str:
    return str(paths[0]) if len(paths) == 1 else f"{', '.join(map(str, paths[:-1]))} and {paths[-1]}"
