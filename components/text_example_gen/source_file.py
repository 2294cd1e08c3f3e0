"""Finds the files that the config names."""

import dataclasses
import glob
import os
from collections.abc import Iterable

from components.text_example_gen.config import DataConfig, DataField, Format, SplitName
from components.text_example_gen.span_pattern import SpanPattern, span_number
from components.text_example_gen.spans import SpanFile, choose_files
from models.user_error import UserError

FORMATS: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".tfrecord": "tfrecord",
    ".tfrecords": "tfrecord",
}
"""Formats of tables by the ending of a file's name, for `data.format: auto`."""

TASK_FORMATS: dict[str, Format] = {
    ".conll": "conll",
    ".bio": "conll",
    ".iob": "conll",
    ".json": "squad",
    ".txt": "documents",
}
"""Formats that are made for one task, likewise."""


@dataclasses.dataclass(frozen=True)
class SourceFile:
    """A file of the user's.

    Attributes:
        index: Its number among all files of the run, which names its shards.
        path: As Beam's FileSystems open it.
        split: The split of all its rows; None if their content decides.
        format: How it is written.
        gzip: Whether it is compressed.
        columns: Its column names; empty if it has no rows.
        span: The span of its rows, a number or a day; None where its path has no placeholder.
    """

    index: int
    path: str
    split: SplitName | None
    format: Format
    gzip: bool
    columns: tuple[str, ...] = ()
    span: str | None = None


def find_source_files(data: DataConfig) -> list[SourceFile]:
    """Returns the files of a config, sorted by split and path, their columns not yet known.

    Raises:
        UserError: A pattern matches no file, a file's format cannot be told, or a file is in two splits.
    """
    files: list[SourceFile] = []
    fields: dict[str, DataField] = {}
    for field, found in _matches(data).items():
        for path, span in sorted(found):
            identity = _identity(path)
            if identity in fields:
                other = fields[identity]
                raise UserError(
                    f"{path} is matched by `data.{other}` and by `data.{field}`; a row of it would be in both"
                )
            fields[identity] = field
            split = None if field == "path" else field
            files.append(SourceFile(len(files), path, split, _format(path, data), path.endswith(".gz"), span=span))
    return files


def with_chosen_span(data: DataConfig) -> DataConfig:
    """Returns a copy that names the span which is the newest now, so that one that arrives later is not read with it.

    Raises:
        UserError: As `find_source_files`.
    """
    if not any(SpanPattern(text).has_span for text in data.patterns().values()):
        return data
    spans = [file.span for file in find_source_files(data) if file.span is not None]
    return data.model_copy(update={"span": max(spans, key=span_number)})


def _matches(data: DataConfig) -> dict[DataField, list[SpanFile]]:
    patterns = {field: SpanPattern(text) for field, text in data.patterns().items()}
    spanned = {field: pattern for field, pattern in patterns.items() if pattern.has_span}
    of_spans = choose_files(spanned, _paths, data.span, data.window) if spanned else {}
    return {
        field: _distinct(of_spans[field] if field in of_spans else _of_no_span(field, pattern.text))
        for field, pattern in patterns.items()
    }


def _of_no_span(field: DataField, pattern: str) -> list[SpanFile]:
    paths = _paths(pattern)
    if not paths:
        raise UserError(f"no file matches `data.{field}`: {pattern!r}")
    return [SpanFile(path, None) for path in paths]


def _distinct(files: Iterable[SpanFile]) -> list[SpanFile]:
    # A link may lead to a file, or around in a circle, that is found under a shorter name too, or in a later span.
    return list({_identity(file.path): file for file in files}.values())


def _identity(path: str) -> str:
    return path if "://" in path else os.path.realpath(path)


def _paths(pattern: str) -> list[str]:
    """The files of a glob, the shortest names last."""
    paths = _remote_matches(pattern) if "://" in pattern else _local_matches(pattern)
    return sorted(paths, key=_depth, reverse=True)


def _local_matches(pattern: str) -> list[str]:
    # Without Beam, which takes seconds to import, and whose patterns match hidden files too.
    if os.path.isfile(pattern):
        # Its name may hold `[` or `*`.
        return [pattern]
    return [path for path in glob.glob(pattern, recursive=True) if os.path.isfile(path)]


def _depth(path: str) -> tuple[int, str]:
    return path.count(os.sep), path


def _remote_matches(pattern: str) -> list[str]:
    from apache_beam.io.filesystems import FileSystems

    return [metadata.path for metadata in FileSystems.match([pattern])[0].metadata_list]


def _format(path: str, data: DataConfig) -> Format:
    if data.format != "auto":
        return data.format
    name = path.removesuffix(".gz")
    known = FORMATS | TASK_FORMATS
    for ending, file_format in known.items():
        if name.endswith(ending):
            return file_format
    raise UserError(
        f"the ending of {path} tells no format (known: {', '.join(known)}, each also with .gz); set `data.format`"
    )
