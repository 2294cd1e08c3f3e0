"""Where versions lie: what promotion needs of a folder or of an object store."""

import pathlib
from typing import Protocol


class FileSpace(Protocol):
    """Files below one place, by path relative to it (`7/saved_model.pb`)."""

    @property
    def location(self) -> str:
        """The place, as a person and a server know it."""

    def read(self, path: str) -> bytes | None:
        """A file's content; None where there is none."""

    def create(self, path: str, content: bytes) -> bool:
        """Writes a file unless there is one, in one step; of several writers one succeeds.

        Returns:
            Whether this one did.
        """

    def replace(self, path: str, content: bytes) -> None:
        """Writes a file in one step: readers find the old content or the new."""

    def names(self, folder: str) -> list[str]:
        """The names in a folder, sorted; none where there is no folder."""

    def upload(self, source: pathlib.Path, folder: str) -> None:
        """Copies a folder with all that is in it; it is all there when this returns."""

    def fetch(self, folder: str, target: pathlib.Path) -> pathlib.Path:
        """The folder on this machine: where it is already, or copied to `target`, whose parent exists."""

    def delete(self, folder: str) -> None:
        """Deletes a folder with all that is in it; one that is not there is deleted already."""
