"""The TFRecord file format: length, masked CRC-32C of the length, data, masked CRC-32C of the data.

https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details. Written here because Beam's own
reader fails on the first wrong checksum, without a row number.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

import google_crc32c

from components.text_example_gen.readers.damaged_file_error import DamagedFileError

_HEADER = struct.Struct("<QI")
_CHECKSUM = struct.Struct("<I")
_LENGTH = struct.Struct("<Q")
# TensorFlow's masked CRC, so that a CRC over data that holds CRCs stays a good one.
_MASK_DELTA = 0xA282EAD8


def frame(data: bytes) -> bytes:
    """Returns the bytes of one record in a TFRecord file."""
    length = _LENGTH.pack(len(data))
    return b"".join((length, _checksum(length), data, _checksum(data)))


def read_frames(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Yields the data of each record and whether its checksum matches.

    Raises:
        DamagedFileError: A length is wrong or the file ends within a record: what follows cannot be found.
    """
    row = 0
    while header := file.read(_HEADER.size):
        if len(header) < _HEADER.size or header[8:] != _checksum(header[:8]):
            raise DamagedFileError(f"after record {row}: this is not the beginning of a TFRecord")
        length, _ = _HEADER.unpack(header)
        data = file.read(length)
        checksum = file.read(_CHECKSUM.size)
        if len(checksum) < _CHECKSUM.size:
            raise DamagedFileError(f"after record {row}: the file ends within a record")
        row += 1
        yield data, checksum == _checksum(data)


def _checksum(data: bytes) -> bytes:
    crc = google_crc32c.value(data)
    return _CHECKSUM.pack((((crc >> 15) | (crc << 17)) + _MASK_DELTA) & 0xFFFFFFFF)
