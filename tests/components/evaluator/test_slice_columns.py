"""Slices of rows."""

import pyarrow as pa
import pytest
from tensorflow_model_analysis.constants import ARROW_INPUT_COLUMN

from components.evaluator.jackknife.row_group import ROW_GROUP, group_of_row
from components.evaluator.script_of_text import script_of_text
from components.evaluator.slice_columns import SliceColumns
from components.evaluator.text_slices import TEXT_SLICES
from components.evaluator.unknown_pieces import unknown_shares
from models.encoder_settings import EncoderSettings

_ENCODER = EncoderSettings("minilm_l6_en", 16)
_COLUMNS = SliceColumns(
    ("text_length", "channel"), text_columns=("text", "text_pair"), kept=("label",), encoder=_ENCODER
)


def _batch(**columns):
    binary = pa.large_list(pa.large_binary())
    columns[ARROW_INPUT_COLUMN] = [[b"row %d" % number] for number in range(len(columns["text"]))]
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
    assert TEXT_SLICES["text_length"].buckets_of([texts], _ENCODER) == [bucket]
    assert bucket in TEXT_SLICES["text_length"].buckets


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Wo ist mein Paket?", "Latin"),
        ("Wo ist мой Paket?", "Latin"),
        ("Где моя посылка?", "Cyrillic"),
        ("我的包裹在哪里？", "Chinese"),
        ("私の荷物はどこですか", "Japanese"),
        ("カタカナ", "Japanese"),
        ("내 소포 어디 있어요", "Korean"),
        ("أين طردي", "Arabic"),
        ("ⴰⵎⴰⵣⵉⵖ", "other"),
        ("42 :-)", "no letters"),
        ("", "no letters"),
        ("iPhone 15 が欲しい", "Latin"),
    ],
)
def test_script_of_most_letters(text, script):
    assert script_of_text(text) == script
    assert script in TEXT_SLICES["script"].buckets


def test_shares_of_unknown_pieces():
    rows = [
        ["a parcel"],
        ["\U0001f9ff"],
        ["a b c d \U0001f9ff"],
        ["a b " * 10 + "\U0001f9ff"],
        [""],
        ["a", "\U0001f9ff"],
        [],
    ]
    assert unknown_shares(rows, _ENCODER) == pytest.approx([0, 1, 0.2, 1 / 21, 0, 0.5, 0])
    assert TEXT_SLICES["unknown_pieces"].buckets_of(rows, _ENCODER) == [
        "none", "above 20 %", "up to 20 %", "up to 5 %", "none", "above 20 %", "none",
    ]  # fmt: skip


def test_columns_are_kept_computed_and_dropped():
    batch = _batch(
        text=[[b"short"], [b"x" * 60]], label=[[b"a"], [b"b"]], channel=[[b"email"], None], examples=[[b"?"]] * 2
    )
    selected = _COLUMNS.select(batch).to_pydict()
    assert selected == {
        "label": [[b"a"], [b"b"]],
        "text_length": [[b"0-50"], [b"51-100"]],
        "channel": [[b"email"], [b"(missing)"]],
        ROW_GROUP: [[group_of_row(b"row 0")], [group_of_row(b"row 1")]],
    }


def test_a_column_that_a_whole_batch_lacks_is_missing_there():
    selected = _COLUMNS.select(_batch(text=[[b"short"]], label=[[b"a"]])).to_pydict()
    assert selected["channel"] == [[b"(missing)"]]


def test_slicing_by_the_label_keeps_it():
    columns = SliceColumns(slices=("label",), text_columns=("text",), kept=("label",), encoder=_ENCODER)
    selected = columns.select(_batch(text=[[b"short"]], label=[[b"a"]])).to_pydict()
    assert selected == {"label": [[b"a"]], ROW_GROUP: [[group_of_row(b"row 0")]]}


def test_bytes_that_are_no_utf8_have_a_length_too():
    selected = _COLUMNS.select(_batch(text=[[b"\xff" * 10]], label=[[b"a"]])).to_pydict()
    assert selected["text_length"] == [[b"0-50"]]
