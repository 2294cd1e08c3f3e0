"""Writes an output file so that it is there whole or not at all."""

import uuid
from types import TracebackType
from typing import BinaryIO, Self

from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems

from serving.durable_files import errors_naming

_BUFFER_BYTES = 1 << 20


class ShardWriter:
    """Writes an output file under a name of its own first, and renames it at the end.

    A bundle that Beam runs again, or twice at once, puts the same bytes in the same place. A file to which nothing was
    written does not appear.
    """

    def __init__(self, path: str, staging: str) -> None:
        """Opens nothing yet.

        Args:
            path: The file's final place, in a folder that exists; `.gz` at its end means that it is compressed.
            staging: A folder for unfinished files, on the same file system.
        """
        self._path = path
        self._staged = f"{staging}/{uuid.uuid4().hex}"
        self._compression = CompressionTypes.GZIP if path.endswith(".gz") else CompressionTypes.UNCOMPRESSED
        self._buffer = bytearray()
        self._file: BinaryIO | None = None

    def write(self, data: bytes) -> None:
        """Appends bytes."""
        self._buffer += data
        if len(self._buffer) >= _BUFFER_BYTES:
            self._flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self._buffer:
            self._flush()
        if self._file is None:
            return
        with errors_naming(self._path):
            self._file.close()
        if kind is None:
            FileSystems.rename([self._staged], [self._path])

    def _flush(self) -> None:
        if self._file is None:
            self._file = FileSystems.create(self._staged, compression_type=self._compression)
        with errors_naming(self._path):
            self._file.write(bytes(self._buffer))
        self._buffer.clear()
