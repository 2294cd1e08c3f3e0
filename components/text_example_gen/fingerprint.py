"""Tells whether the files of a config have changed since an earlier run."""

import hashlib
from collections.abc import Callable, Iterable
from typing import NamedTuple

from components.text_example_gen.config import DataConfig, SplitName
from components.text_example_gen.source_file import find_source_files

_CHUNK_BYTES = 1 << 20


class HashedFile(NamedTuple):
    """A file, the split of all its rows (None if their content decides), and the BLAKE2b of its bytes, in hex."""

    split: SplitName | None
    path: str
    digest: str


def hashed_files(data: DataConfig, local_hash: Callable[[str], str] | None = None) -> tuple[HashedFile, ...]:
    """Returns all files of a config, sorted by split and path, with the hashes of their bytes.

    Args:
        data: Names the files.
        local_hash: Gives the hash of a local file's content, in place of reading it here.

    Raises:
        UserError: A pattern matches no file, or a file is in two splits.
    """
    read = local_hash or hash_of_file
    return tuple(
        HashedFile(file.split, file.path, _remote_hash(file.path) if "://" in file.path else read(file.path))
        for file in find_source_files(data)
    )


def data_fingerprint(data: DataConfig, local_hash: Callable[[str], str] | None = None) -> str:
    """Returns a hash of the names, splits and bytes of all files of a config; see `hashed_files`."""
    return fingerprint_of_files(hashed_files(data, local_hash))


def fingerprint_of_files(files: Iterable[HashedFile]) -> str:
    """Returns one hash of files."""
    digest = hashlib.blake2b(digest_size=16)
    for file in files:
        digest.update(f"{file.split}\n{file.path}\n{file.digest}\n".encode())
    return digest.hexdigest()


def hash_of_file(path: str) -> str:
    """Returns the BLAKE2b of the bytes of a file of this machine, in hex."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()


def _remote_hash(path: str) -> str:
    # Beam takes seconds to import, which the check whether anything changed does not have.
    from apache_beam.io.filesystem import CompressionTypes
    from apache_beam.io.filesystems import FileSystems

    content = hashlib.blake2b()
    with FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED) as opened:
        while chunk := opened.read(_CHUNK_BYTES):
            content.update(chunk)
    return content.hexdigest()
