"""Files and folders that are on disk, not only in memory, when a call returns."""

import contextlib
import os
import pathlib
import shutil
from collections.abc import Iterator


def sync_folder(folder: pathlib.Path) -> None:
    """Makes the names in a folder (new, renamed or removed ones) survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def errors_naming(path: str | os.PathLike[str]) -> Iterator[None]:
    """Has errors say which file could not be written: of a write, unlike of an opening, the system does not."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise


def write_file(path: pathlib.Path, content: bytes) -> None:
    """Writes a file of an existing folder; `sync_folder` makes its name durable."""
    with errors_naming(path), path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def replace_file(path: pathlib.Path, content: bytes) -> None:
    """Writes a file in one step: readers find the old content or the new, also after a kill or a power cut.

    Args:
        path: The file, in an existing folder. Only one process may write it at a time.
        content: Its new content.

    Raises:
        OSError: The disk is full, or otherwise refuses; the old content stays.
    """
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        write_file(unfinished, content)
    except OSError as error:
        # On a full disk, half a file is in everybody's way.
        unfinished.unlink(missing_ok=True)
        error.filename = str(path)
        raise
    unfinished.replace(path)
    sync_folder(path.parent)


def copy_folder(source: pathlib.Path, target: pathlib.Path) -> None:
    """Copies a folder with all that is in it; links are followed.

    Args:
        source: The folder to copy.
        target: The copy, which must not exist. Files and folders get the process's default permissions, so that a
            server under another user can read what a private folder held.
    """
    target.mkdir()
    for entry in sorted(source.iterdir()):
        if entry.is_dir():
            copy_folder(entry, target / entry.name)
        else:
            _copy_file(entry, target / entry.name)
    sync_folder(target)


def _copy_file(source: pathlib.Path, target: pathlib.Path) -> None:
    with errors_naming(target):
        shutil.copyfile(source, target)
    with target.open("rb") as file:
        os.fsync(file.fileno())
