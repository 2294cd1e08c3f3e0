"""Reading TFRecord files of tf.Examples."""

import io
import pathlib

import pytest
import tensorflow as tf

from components.text_example_gen.readers.damaged_file_error import DamagedFileError
from components.text_example_gen.readers.tfrecord import read_tfrecord
from components.text_example_gen.tfrecord_frames import frame, read_frames


def example(**features: list[bytes] | list[int] | list[float]) -> bytes:
    made = tf.train.Example()
    for name, values in features.items():
        feature = made.features.feature[name]
        if values and isinstance(values[0], bytes):
            feature.bytes_list.value.extend(values)
        elif values and isinstance(values[0], int):
            feature.int64_list.value.extend(values)
        else:
            feature.float_list.value.extend(values)
    return made.SerializeToString()


def test_files_are_tensorflows(tmp_path: pathlib.Path) -> None:
    path = str(tmp_path / "file.tfrecord")
    records = [b"", b"a", bytes(range(256)) * 100]
    with tf.io.TFRecordWriter(path) as writer:
        for record in records:
            writer.write(record)
    data = pathlib.Path(path).read_bytes()
    assert b"".join(map(frame, records)) == data
    assert list(read_frames(io.BytesIO(data))) == [(record, True) for record in records]


def test_values() -> None:
    data = frame(example(text=["é".encode()], n=[3], f=[0.5], several=[b"a", b"b"], none=[], other=[b"\xff"]))
    record = next(read_tfrecord(io.BytesIO(data), ("text", "n", "f", "several", "none", "absent")))
    assert record.line == 1
    assert record.values == {"text": "é", "n": 3, "f": 0.5, "several": ["a", "b"], "none": None}


def test_bad_records_are_rejects_and_the_next_is_read() -> None:
    good = frame(example(text=[b"a"]))
    broken = bytearray(good)
    broken[14] ^= 1
    data = good + bytes(broken) + frame(b"\xff\xff") + frame(example(text=[b"\xff"])) + good
    records = list(read_tfrecord(io.BytesIO(data), ("text",)))
    assert [(record.line, record.fault) for record in records] == [
        (1, ""),
        (2, "damaged record: its checksum does not match"),
        (3, "not a tf.Example"),
        (4, "invalid UTF-8: byte 0xff in a feature"),
        (5, ""),
    ]


@pytest.mark.parametrize("num_bytes_missing", [1, 4, 5, 20])
def test_cut_file_is_damaged(num_bytes_missing: int) -> None:
    good = frame(example(text=[b"a" * 20]))
    reader = read_tfrecord(io.BytesIO(good + good[:-num_bytes_missing]), ("text",))
    assert next(reader).values == {"text": "a" * 20}
    with pytest.raises(DamagedFileError, match="after record 1"):
        next(reader)


def test_other_file_is_damaged() -> None:
    with pytest.raises(DamagedFileError, match="after record 0"):
        list(read_tfrecord(io.BytesIO(b"text,label\na,b\n"), ("text",)))
