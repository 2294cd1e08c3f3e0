"""Versions on an object store."""

import contextlib
import pathlib
from collections.abc import Iterator

import fsspec

from models.user_error import UserError


class ObjectSpace:
    """A `FileSpace` below an address such as `s3://bucket/serving/tickets`.

    Access rights, and the address of a store that is not its provider's own, come from the environment, as the store's
    own tools take them: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL; GOOGLE_APPLICATION_CREDENTIALS.
    The store must list what was just written, and create an object only where there is none; S3, MinIO and Google's do.
    """

    def __init__(self, address: str) -> None:
        """Connects when it is first asked.

        Raises:
            UserError: No installed package knows this kind of address.
        """
        self._address = address.rstrip("/")
        try:
            # Others write there too, so a listing is old when it has been made.
            self._files, self._root = fsspec.core.url_to_fs(self._address, use_listings_cache=False)
        except (ImportError, ValueError) as error:
            raise UserError(f"{address}: no package for such addresses is installed: {error}") from error

    @property
    def location(self) -> str:
        """The address."""
        return self._address

    def read(self, path: str) -> bytes | None:
        """See `FileSpace`."""
        with self._asked(), contextlib.suppress(FileNotFoundError):
            content: bytes = self._files.cat_file(self._at(path))
            return content
        return None

    def create(self, path: str, content: bytes) -> bool:
        """See `FileSpace`."""
        with self._asked(), contextlib.suppress(FileExistsError):
            self._files.pipe_file(self._at(path), content, mode="create")
            return True
        return False

    def replace(self, path: str, content: bytes) -> None:
        """See `FileSpace`."""
        with self._asked():
            self._files.pipe_file(self._at(path), content)

    def names(self, folder: str) -> list[str]:
        """See `FileSpace`."""
        path = self._at(folder)
        found: list[str] = []
        with self._asked(), contextlib.suppress(FileNotFoundError):
            found = self._files.ls(path, detail=False)
        return sorted({name.rstrip("/").rpartition("/")[2] for name in found if name.rstrip("/") != path})

    def upload(self, source: pathlib.Path, folder: str) -> None:
        """See `FileSpace`."""
        with self._asked():
            self._files.put(f"{source}/", f"{self._at(folder)}/", recursive=True)

    def fetch(self, folder: str, target: pathlib.Path) -> pathlib.Path:
        """See `FileSpace`; nothing is made where there is nothing."""
        with self._asked(), contextlib.suppress(FileNotFoundError):
            self._files.get(f"{self._at(folder)}/", f"{target}/", recursive=True)
        return target

    def delete(self, folder: str) -> None:
        """See `FileSpace`."""
        with self._asked(), contextlib.suppress(FileNotFoundError):
            self._files.rm(self._at(folder), recursive=True)

    @contextlib.contextmanager
    def _asked(self) -> Iterator[None]:
        """Tells what the store's own client raises, which is of any class, as one sentence."""
        try:
            yield
        except Exception as error:
            raise UserError(
                f"{self._address} cannot be used: {error or type(error).__name__}; check the address, that the bucket "
                "exists, and your access rights"
            ) from error

    def _at(self, path: str) -> str:
        return f"{self._root}/{path}".rstrip("/")
