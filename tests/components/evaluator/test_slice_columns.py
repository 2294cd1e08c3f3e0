"""Slices of rows."""

import pyarrow as pa
import pytest

from components.evaluator.slice_columns import SliceColumns
from components.evaluator.text_slices import TEXT_SLICES

_COLUMNS = SliceColumns(slices=("text_length", "channel"), text_columns=("text", "text_pair"), kept=("label",))


def _batch(**columns):
    binary = pa.large_list(pa.large_binary())
    return pa.RecordBatch.from_pydict({name: pa.array(values, binary) for name, values in columns.items()})


@pytest.mark.parametrize(
    ("texts", "bucket"),
    [
        ([""], "0-50"),
        (["x" * 50], "0-50"),
        (["x" * 51], "51-100"),
        (["x" * 30, "y" * 30], "51-100"),
        (["汉" * 50], "0-50"),
        (["x" * 800], "401-800"),
        (["x" * 801], "801+"),
    ],
)
def test_buckets_of_length(texts, bucket):
    assert TEXT_SLICES["text_length"].bucket_of(texts) == bucket
    assert bucket in TEXT_SLICES["text_length"].buckets


def test_columns_are_kept_computed_and_dropped():
    batch = _batch(
        text=[[b"short"], [b"x" * 60]], label=[[b"a"], [b"b"]], channel=[[b"email"], None], examples=[[b"?"]] * 2
    )
    selected = _COLUMNS.select(batch).to_pydict()
    assert selected == {
        "label": [[b"a"], [b"b"]],
        "text_length": [[b"0-50"], [b"51-100"]],
        "channel": [[b"email"], [b"(missing)"]],
    }


def test_a_column_that_a_whole_batch_lacks_is_missing_there():
    selected = _COLUMNS.select(_batch(text=[[b"short"]], label=[[b"a"]])).to_pydict()
    assert selected["channel"] == [[b"(missing)"]]


def test_slicing_by_the_label_keeps_it():
    columns = SliceColumns(slices=("label",), text_columns=("text",), kept=("label",))
    assert columns.select(_batch(text=[[b"short"]], label=[[b"a"]])).to_pydict() == {"label": [[b"a"]]}


def test_bytes_that_are_no_utf8_have_a_length_too():
    selected = _COLUMNS.select(_batch(text=[[b"\xff" * 10]], label=[[b"a"]])).to_pydict()
    assert selected["text_length"] == [[b"0-50"]]
