"""Finds the files that the config names."""

import dataclasses
import glob
import os

from components.text_example_gen.config import SPLITS, DataConfig, Format, SplitName
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
    """

    index: int
    path: str
    split: SplitName | None
    format: Format
    gzip: bool
    columns: tuple[str, ...] = ()


def find_source_files(data: DataConfig) -> list[SourceFile]:
    """Returns the files of a config, sorted by split and path, their columns not yet known.

    Raises:
        UserError: A pattern matches no file, a file's format cannot be told, or a file is in two splits.
    """
    patterns: dict[SplitName | None, str] = {None: data.path} if data.path else {}
    if not data.path:
        patterns = {name: pattern for name in SPLITS if (pattern := getattr(data, name))}
    files: list[SourceFile] = []
    splits: dict[str, SplitName | None] = {}
    for split, pattern in patterns.items():
        for path in _matches(split or "path", pattern):
            identity = path if "://" in path else os.path.realpath(path)
            if identity in splits:
                other = splits[identity]
                raise UserError(
                    f"{path} is matched by `data.{other}` and by `data.{split}`; a row of it would be in both"
                )
            splits[identity] = split
            files.append(SourceFile(len(files), path, split, _format(path, data), path.endswith(".gz")))
    return files


def _matches(field: str, pattern: str) -> list[str]:
    paths = _remote_matches(pattern) if "://" in pattern else _local_matches(pattern)
    if not paths:
        raise UserError(f"no file matches `data.{field}`: {pattern!r}")
    return sorted(paths)


def _local_matches(pattern: str) -> list[str]:
    # Without Beam, which takes seconds to import, and whose patterns match hidden files too.
    if os.path.isfile(pattern):
        # Its name may hold `[` or `*`.
        return [pattern]
    found = sorted((path for path in glob.glob(pattern, recursive=True) if os.path.isfile(path)), key=_depth)
    # A link may lead to a file, or around in a circle, that is found under a shorter name too.
    return list({os.path.realpath(path): path for path in reversed(found)}.values())


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
