"""Versions in a folder of this machine, or of one mounted on it."""

import contextlib
import os
import pathlib
import shutil
import uuid

from serving.durable_files import copy_folder, sync_folder, write_file


class FolderSpace:
    """A `FileSpace` in a folder, which is made when something is written."""

    def __init__(self, base: pathlib.Path) -> None:
        """Names the folder; nothing is created."""
        self._base = base

    @property
    def location(self) -> str:
        """The folder."""
        return str(self._base)

    def read(self, path: str) -> bytes | None:
        """See `FileSpace`."""
        try:
            return (self._base / path).read_bytes()
        except FileNotFoundError:
            return None

    def create(self, path: str, content: bytes) -> bool:
        """See `FileSpace`."""
        target = self._base / path
        target.parent.mkdir(parents=True, exist_ok=True)
        # A link, unlike a new file, has all its content from the first moment.
        unfinished = _unfinished(target, content)
        try:
            os.link(unfinished, target)
        except FileExistsError:
            return False
        finally:
            unfinished.unlink()
        sync_folder(target.parent)
        return True

    def replace(self, path: str, content: bytes) -> None:
        """See `FileSpace`."""
        target = self._base / path
        target.parent.mkdir(parents=True, exist_ok=True)
        # Other processes may replace it at the same time.
        _unfinished(target, content).replace(target)
        sync_folder(target.parent)

    def names(self, folder: str) -> list[str]:
        """See `FileSpace`; names that begin with a dot are not anybody's."""
        try:
            return sorted(entry.name for entry in (self._base / folder).iterdir() if entry.name[0] != ".")
        except FileNotFoundError:
            return []

    def upload(self, source: pathlib.Path, folder: str) -> None:
        """See `FileSpace`."""
        copy_folder(source, self._base / folder)
        sync_folder(self._base)

    def fetch(self, folder: str, target: pathlib.Path) -> pathlib.Path:  # The protocol's; nothing is copied here.
        """See `FileSpace`: the folder itself."""
        return self._base / folder

    def delete(self, folder: str) -> None:
        """See `FileSpace`."""
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self._base / folder)


def _unfinished(target: pathlib.Path, content: bytes) -> pathlib.Path:
    """Writes content beside a file, under a name that nobody else uses."""
    path = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        write_file(path, content)
    except OSError:
        # On a full disk, half a file is in everybody's way.
        path.unlink(missing_ok=True)
        raise
    return path
