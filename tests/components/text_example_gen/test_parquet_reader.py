"""Reading Parquet."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from components.text_example_gen.readers.damaged_file_error import DamagedFileError
from components.text_example_gen.readers.parquet import parquet_columns, read_parquet


def parquet(**columns: pa.Array) -> io.BytesIO:
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file, row_group_size=2)
    return io.BytesIO(file.getvalue())


@pytest.mark.parametrize(
    "strings", [pa.string(), pa.large_string(), pa.binary(), pa.dictionary(pa.int32(), pa.string())], ids=str
)
def test_rows_of_any_kind_of_string(strings: pa.DataType) -> None:
    file = parquet(
        text=pa.array(["a", None, "é"]).cast(strings), label=pa.array([1, 2, None]), other=pa.array([0, 0, 0])
    )
    records = list(read_parquet(file, ("text", "label", "absent")))
    assert [(r.line, r.values) for r in records] == [
        (1, {"text": "a", "label": 1}),
        (2, {"text": None, "label": 2}),
        (3, {"text": "é", "label": None}),
    ]


def test_invalid_text_is_one_reject() -> None:
    file = parquet(text=pa.array([b"a", b"b\xff", b"c"]))
    records = list(read_parquet(file, ("text",)))
    assert [r.fault for r in records] == ["", "invalid UTF-8: byte 0xff at byte 1 of column 'text'", ""]


def test_names_of_columns() -> None:
    assert parquet_columns(parquet(a=pa.array([1]), b=pa.array([1]))) == ("a", "b")


@pytest.mark.parametrize("data", [b"", b"no parquet", b"PAR1" + b"x" * 100 + b"PAR1"])
def test_damaged_file_is_said_to_be(data: bytes) -> None:
    with pytest.raises(DamagedFileError, match="after row 0"):
        list(read_parquet(io.BytesIO(data), ("text",)))
