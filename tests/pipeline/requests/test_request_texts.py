import io
import pathlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.requests.texts import line_texts, request_texts

_LINE = st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"]), max_size=5)


@given(lines=st.lists(_LINE), ends=st.sampled_from(["\n", "\r\n"]), has_end=st.booleans())
def test_every_line_comes_with_its_number(lines: list[str], ends: str, has_end: bool) -> None:
    content = "".join(f"{line}{ends}" for line in lines)
    content = content if has_end else content.removesuffix(ends)
    texts = [text for chunk in line_texts(io.BytesIO(content.encode()), "x") for text in chunk]
    expected = lines if has_end or not lines or lines[-1] else lines[:-1]
    assert [text.text for text in texts] == [
        line.removeprefix("\ufeff") if not n else line for n, line in enumerate(expected)
    ]
    assert [text.line for text in texts] == list(range(1, len(texts) + 1))


def test_chunks_are_bounded(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("".join(f"line {number}\n" for number in range(1, 300_001)))
    with request_texts([], path) as chunks:
        sizes = [len(chunk) for chunk in chunks]
    assert max(sizes) == 1000
    assert sum(sizes) == 300_000
    assert len(sizes) < 310


class _Endless(io.RawIOBase):
    """A file that never ends."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:
        buffer[:] = b"a text\n" * (len(buffer) // 7) + b"\n" * (len(buffer) % 7)
        return len(buffer)


def test_no_more_is_read_than_is_asked_for() -> None:
    chunks = line_texts(io.BufferedReader(_Endless()), "endless")
    assert next(chunks)[0].text == "a text"


@pytest.mark.parametrize(("content", "place"), [(b"\xff", "x, line 1"), (b"a\n\nb\xc3\n", "x, line 3")])
def test_bytes_that_are_not_utf8_are_named(content: bytes, place: str) -> None:
    with pytest.raises(Exception, match=f"{place}: this is not UTF-8: byte 0x"):
        list(line_texts(io.BytesIO(content), "x"))
