"""How a rejected row stands in the rejects file."""

import json
import re
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from components.text_example_gen.decided_row import Rejected
from components.text_example_gen.readers.record import Record
from components.text_example_gen.reject_line import reject_line


def shown(raw: bytes | None, values: dict[str, Any] | None = None) -> dict[str, Any]:
    line = reject_line("f.csv", Rejected("train", Record(7, raw, values, "why"), "why"))
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    read: dict[str, Any] = json.loads(line)
    assert [read.pop(name) for name in ("file", "line", "split", "reason")] == ["f.csv", 7, "train", "why"]
    return read


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"a,b\r\n", {"raw": "a,b"}),
        (b'"two\nlines",\\xff', {"raw": '"two\nlines",\\xff'}),
        (b"\\ \xff\xc3\xa9", {"raw": "\\\\ \\xffé", "escaped": True}),
    ],
)
def test_raw_text(raw: bytes, expected: dict[str, Any]) -> None:
    assert shown(raw) == expected


def test_values_where_there_is_no_text() -> None:
    values = {"a": "x", "b": 1, "c": None, "d": b"\xff", "e": [1]}
    assert shown(None, values) == {"values": {"a": "x", "b": 1, "c": None, "d": "\\xff", "e": "[1]"}}


@hypothesis.given(st.binary())
def test_nothing_of_the_row_is_lost(raw: bytes) -> None:
    read = shown(raw)
    text: bytes = read["raw"].encode()
    if read.get("escaped"):
        text = re.sub(rb"\\(\\|x..)", lambda match: _unescaped(match[1]), text)
    assert text == raw.removesuffix(b"\n").removesuffix(b"\r")


def _unescaped(escape: bytes) -> bytes:
    return b"\\" if escape == b"\\" else bytes.fromhex(escape[1:].decode())
