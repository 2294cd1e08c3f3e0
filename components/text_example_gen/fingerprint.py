"""Tells whether the files of a config have changed since an earlier run."""

import hashlib

from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems

from components.text_example_gen.config import DataConfig
from components.text_example_gen.source_file import find_source_files

_CHUNK_BYTES = 1 << 20


def data_fingerprint(data: DataConfig) -> str:
    """Returns a hash of the names, splits and bytes of all files of a config.

    Raises:
        UserError: A pattern matches no file, or a file is in two splits.
    """
    digest = hashlib.blake2b(digest_size=16)
    for file in find_source_files(data):
        digest.update(f"{file.split}\n{file.path}\n".encode())
        with FileSystems.open(file.path, compression_type=CompressionTypes.UNCOMPRESSED) as opened:
            content = hashlib.blake2b()
            while chunk := opened.read(_CHUNK_BYTES):
                content.update(chunk)
        digest.update(content.digest())
    return digest.hexdigest()
