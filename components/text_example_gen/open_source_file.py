"""Opens a user's file, wherever it lies."""

import contextlib
import gzip
import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems

from components.text_example_gen.readers.damaged_file_error import DamagedFileError
from components.text_example_gen.source_file import SourceFile

_BUFFER_BYTES = 1 << 20


@contextlib.contextmanager
def open_source_file(file: SourceFile) -> Iterator[BinaryIO]:
    """Opens a file for reading its uncompressed bytes.

    Raises:
        DamagedFileError: From the reads within the context: the compressed data is broken.
    """
    raw = FileSystems.open(file.path, compression_type=CompressionTypes.UNCOMPRESSED)
    with raw:
        if not file.gzip:
            yield cast("BinaryIO", raw)
            return
        # Not Beam's own decompression, which reads lines in Python.
        with io.BufferedReader(gzip.GzipFile(fileobj=raw), _BUFFER_BYTES) as uncompressed:
            try:
                yield cast("BinaryIO", uncompressed)
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                raise DamagedFileError(f"broken gzip data: {error}") from error
