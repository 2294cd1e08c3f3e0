"""Opens a user's file, wherever it lies."""

import contextlib
import gzip
import io
import pathlib
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

from components.text_example_gen.readers.damaged_file_error import DamagedFileError
from components.text_example_gen.source_file import SourceFile

_BUFFER_BYTES = 1 << 20


@contextlib.contextmanager
def open_source_file(file: SourceFile) -> Iterator[BinaryIO]:
    """Opens a file for reading its uncompressed bytes.

    Raises:
        DamagedFileError: From the reads within the context: the compressed data is broken.
    """
    with _open_raw(file.path) as raw:
        if not file.gzip:
            yield raw
            return
        # Not Beam's own decompression, which reads lines in Python.
        with io.BufferedReader(gzip.GzipFile(fileobj=raw), _BUFFER_BYTES) as uncompressed:
            try:
                yield cast("BinaryIO", uncompressed)
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                raise DamagedFileError(f"broken gzip data: {error}") from error


def _open_raw(path: str) -> BinaryIO:
    if "://" not in path:
        return pathlib.Path(path).open("rb")
    # Takes seconds to import.
    from apache_beam.io.filesystem import CompressionTypes
    from apache_beam.io.filesystems import FileSystems

    return cast("BinaryIO", FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED))
