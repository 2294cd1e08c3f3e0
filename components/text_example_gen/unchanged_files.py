"""Notices that data files change while they are read, so that no run mixes the old and the new."""

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from components.text_example_gen.fingerprint import HashedFile, fingerprint_of_files, hash_of_file
from components.text_example_gen.source_file import SourceFile
from models.user_error import UserError

_WAY_OUT = (
    "nothing of it is used. Run again when nobody writes there; who writes new rows beside the file and renames them "
    "into its place between two runs, is never in the way"
)


class _Stamp(NamedTuple):
    """What differs once a file is another; of a remote one the inode is 0.

    Not the time of the change of status: a hard link or another owner changes no row.
    """

    num_bytes: int
    modified: float
    inode: int


@contextlib.contextmanager
def unchanged_files(files: Iterable[SourceFile]) -> Iterator[None]:
    """Sees to it that what is read within the context is of one moment.

    Args:
        files: The files that will be read.

    Raises:
        UserError: At the end: one of them changed meanwhile. It goes before what a reader stumbled over: a file that
            was cut or is gone is the reason for that.
    """
    before = {file.path: _stamp(file.path) for file in files}
    try:
        yield
    except Exception as error:
        _check(before, error)
        raise
    _check(before, None)


def check_fingerprint(files: Sequence[SourceFile], fingerprint: str) -> None:
    """Checks that what was read is what an earlier look at the files found.

    Args:
        files: The files that were read. Where one is remote, nothing is checked: it would have to be fetched again.
        fingerprint: What `data_fingerprint` gave then.

    Raises:
        UserError: They are others: the results would be kept as those of files that nobody has read.
    """
    if any("://" in file.path for file in files):
        return
    hashed = [HashedFile(file.split, file.path, hash_of_file(file.path)) for file in files]
    if fingerprint_of_files(hashed) != fingerprint:
        names = ", ".join(file.path for file in files[:3]) + (", …" if len(files) > 3 else "")
        raise UserError(
            f"the data changed between the run's first look at them and their reading ({names}): {_WAY_OUT}"
        )


def _check(before: Mapping[str, _Stamp | None], cause: Exception | None) -> None:
    changes = [change for path, stamp in before.items() if (change := _change(path, stamp, _stamp(path)))]
    if changes:
        raise UserError(f"{'; '.join(changes)} while it was read: {_WAY_OUT}") from cause


def _change(path: str, before: _Stamp | None, after: _Stamp | None) -> str:
    """What became of a file, in words; empty where it is as it was."""
    if before == after:
        return ""
    if after is None:
        return f"{path} was deleted"
    if before is None or before.inode != after.inode:
        return f"{path} was replaced by another file"
    if after.num_bytes == before.num_bytes:
        return f"{path} was written to"
    verb = "grew" if after.num_bytes > before.num_bytes else "was cut"
    return f"{path} {verb} from {before.num_bytes:,} to {after.num_bytes:,} bytes"


def _stamp(path: str) -> _Stamp | None:
    """None where there is no such file."""
    if "://" in path:
        return _remote_stamp(path)
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    return _Stamp(status.st_size, status.st_mtime_ns, status.st_ino)


def _remote_stamp(path: str) -> _Stamp | None:
    from apache_beam.io.filesystems import FileSystems

    found = FileSystems.match([path])[0].metadata_list
    return _Stamp(found[0].size_in_bytes, found[0].last_updated_in_seconds, 0) if found else None
