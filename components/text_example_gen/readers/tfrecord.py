"""Reads TFRecord files of serialized tf.Examples."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from google.protobuf.message import DecodeError

from components.text_example_gen.readers.record import Record
from components.text_example_gen.tfrecord_frames import read_frames

if TYPE_CHECKING:
    from tensorflow.core.example import feature_pb2


def read_tfrecord(file: BinaryIO, columns: tuple[str, ...] | None = None) -> Iterator[Record]:
    """Yields the tf.Examples of a TFRecord file. A feature of one value is that value, of several a list, of none None.

    Args:
        file: Open at its beginning.
        columns: The features to read, those that an example lacks are left out; None for all.

    Raises:
        DamagedFileError: The file is not a TFRecord file, or broken.
    """
    # Takes seconds, which commands that read other files need not wait.
    from tensorflow.core.example import example_pb2

    for row, (data, intact) in enumerate(read_frames(file), 1):
        if not intact:
            yield Record(row, data, None, "damaged record: its checksum does not match")
            continue
        try:
            features = example_pb2.Example.FromString(data).features.feature
        except DecodeError:
            yield Record(row, data, None, "not a tf.Example")
            continue
        names = features.keys() if columns is None else [name for name in columns if name in features]
        try:
            values = {name: _value(features[name]) for name in names}
        except UnicodeDecodeError as error:
            yield Record(row, data, None, f"invalid UTF-8: byte 0x{error.object[error.start]:02x} in a feature")
        else:
            yield Record(row, data, values)


def _value(feature: "feature_pb2.Feature") -> Any:
    kind = feature.WhichOneof("kind")
    if kind is None:
        return None
    values: list[Any] = list(getattr(feature, kind).value)
    if kind == "bytes_list":
        values = [value.decode() for value in values]
    return values[0] if len(values) == 1 else values or None
