"""Reading JSON Lines."""

import io

import pytest

from components.text_example_gen.readers.jsonl import read_jsonl


def test_values_and_line_numbers() -> None:
    data = b'\xef\xbb\xbf{"text": "a", "n": 1}\r\n\n  \n{"text": "\\u00e9\\ud83d\\ude00", "x": null}'
    records = list(read_jsonl(io.BytesIO(data)))
    assert [(r.line, r.values) for r in records] == [(1, {"text": "a", "n": 1}), (4, {"text": "é😀", "x": None})]


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        (b"{", "invalid JSON: Expecting property name enclosed in double quotes at character 2"),
        (b'{"text": "a"} x', "invalid JSON: Extra data at character 14"),
        (b'{"text": "a\\ud800"}', "invalid JSON: half a surrogate pair"),
        (b'{"text": "a\tb"}', "invalid JSON: Invalid control character at at character 11"),
        (b"[" * 100_000, "invalid JSON: nested too deeply"),
        (b'["a"]', "not a JSON object: list"),
        (b"null", "not a JSON object: NoneType"),
        (b'{"text": "\xff"}', "invalid UTF-8: byte 0xff at byte 10 of the row"),
        (b'{"text": "\0"}', "NUL byte: at byte 10 of the row"),
    ],
)
def test_bad_line_is_one_reject_and_the_next_is_read(bad: bytes, fault: str) -> None:
    records = list(read_jsonl(io.BytesIO(bad + b'\n{"text": "b"}\n')))
    assert [(r.line, r.fault) for r in records] == [(1, fault), (2, "")]
    assert records[0].values is None
    assert records[0].raw == bad + b"\n"


def test_number_too_long_for_python_is_a_reject() -> None:
    record = next(read_jsonl(io.BytesIO(b'{"n": ' + b"9" * 5000 + b"}")))
    assert record.fault.startswith("invalid JSON: ")
