"""Reading CSV and TSV."""

import csv
import io

import pytest

from components.text_example_gen.readers.delimited import read_delimited
from components.text_example_gen.readers.delimited_layout import DelimitedLayout
from components.text_example_gen.readers.fields import MAX_QUOTED_BYTES

CSV = DelimitedLayout(",", quoting=True, header=False)
TSV = DelimitedLayout("\t", quoting=False, header=False)


def rows(data: bytes, layout: DelimitedLayout = CSV) -> list[tuple[int, list[str] | str]]:
    """Line and fields of each row, or line and fault, for a file of two columns."""
    records = read_delimited(io.BytesIO(data), layout, ("a", "b"))
    return [(r.line, r.fault if r.values is None else [r.values["a"], r.values["b"]]) for r in records]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"x,y", [(1, ["x", "y"])]),
        (b"x,y\n", [(1, ["x", "y"])]),
        (b"x,y\r\nz,w\r\n", [(1, ["x", "y"]), (2, ["z", "w"])]),
        (b"\xef\xbb\xbfx,y\n", [(1, ["x", "y"])]),
        (b"x,y\n\n\r\nz,w\n", [(1, ["x", "y"]), (4, ["z", "w"])]),
        (b",\n", [(1, ["", ""])]),
        (b'"x","y"\n', [(1, ["x", "y"])]),
        (b'"x","y"', [(1, ["x", "y"])]),
        (b'"x","y"\r\n', [(1, ["x", "y"])]),
        (b'"",""\n', [(1, ["", ""])]),
        (b'"x,1","say ""hi"""\n', [(1, ["x,1", 'say "hi"'])]),
        (b'"two\nlines",y\nz,w\n', [(1, ["two\nlines", "y"]), (3, ["z", "w"])]),
        (b'"two\r\n\r\nlines",y\nz,w\n', [(1, ["two\r\n\r\nlines", "y"]), (4, ["z", "w"])]),
        (b'"p\nq","r\ns"\nz,w\n', [(1, ["p\nq", "r\ns"]), (4, ["z", "w"])]),
        (b'5" pipe,say "hi"\n', [(1, ['5" pipe', 'say "hi"'])]),
        ("ü,日本\n".encode(), [(1, ["ü", "日本"])]),
        ("a\u2028b,\x85c\n".encode(), [(1, ["a\u2028b", "\x85c"])]),
        (b"a\rb,c\n", [(1, ["a\rb", "c"])]),
    ],
)
def test_quoted_rows(data: bytes, expected: list[tuple[int, list[str]]]) -> None:
    assert rows(data) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'"\t"\n', [(1, ['"', '"'])]),
        (b'say "hi\ty\nz\tw\n', [(1, ['say "hi', "y"]), (2, ["z", "w"])]),
        (b"x \t\n", [(1, ["x ", ""])]),
        (b"\xef\xbb\xbfx\ty\r\n\nz\tw", [(1, ["x", "y"]), (3, ["z", "w"])]),
    ],
)
def test_unquoted_rows(data: bytes, expected: list[tuple[int, list[str]]]) -> None:
    assert rows(data, TSV) == expected


@pytest.mark.parametrize(
    ("bad", "kind"),
    [
        (b"x\n", "wrong number of fields: 1 instead of 2"),
        (b"x,y,z\n", "wrong number of fields: 3 instead of 2"),
        (b"x\xff,y\n", "invalid UTF-8: byte 0xff at byte 1 of the row"),
        (b'"x\xff",y\n', "invalid UTF-8: byte 0xff at byte 2 of the row"),
        (b"\xed\xa0\x80,y\n", "invalid UTF-8: byte 0xed at byte 0 of the row"),
        (b"x,y\0\n", "NUL byte: at byte 3 of the row"),
        (b'"x\0",y\n', "NUL byte: at byte 2 of the row"),
        (b'"x"y,z\n', "text after a closing quote: in field 1"),
        (b'x,"y" \n', "text after a closing quote: in field 2"),
    ],
)
def test_bad_row_is_one_reject_and_the_next_is_read(bad: bytes, kind: str) -> None:
    assert rows(b"a,b\n" + bad + b"c,d\n") == [(1, ["a", "b"]), (2, kind), (3, ["c", "d"])]


def test_unclosed_quote_costs_its_line_only() -> None:
    found = rows(b'a,b\n"open,1\nc,d\n"e","f"\ng,h\n')
    assert found == [
        (1, ["a", "b"]),
        (2, "text after a closing quote: in field 1"),
        (3, ["c", "d"]),
        (4, ["e", "f"]),
        (5, ["g", "h"]),
    ]


def test_unclosed_quote_to_the_end_of_the_file_costs_its_line_only() -> None:
    found = rows(b'a,b\n"open,1\nc,d\n\ne,f\n')
    assert [line for line, _ in found] == [1, 2, 3, 5]
    assert str(found[1][1]).startswith("unclosed quote: ")
    assert found[2:] == [(3, ["c", "d"]), (5, ["e", "f"])]


def test_unclosed_quotes_in_a_row_each_cost_their_line() -> None:
    found = rows(b'"p,1\n"q,2\nc,d\n')
    assert [(line, isinstance(row, list)) for line, row in found] == [(1, False), (2, False), (3, True)]


def test_unclosed_quote_is_given_up_after_a_bound() -> None:
    line = b"c," + b"d" * 997 + b"\n"
    num_lines = MAX_QUOTED_BYTES // 1000 + 2
    found = rows(b'"open,1\n' + line * num_lines + b'",f\n')
    assert len(found) == num_lines + 2
    assert str(found[0][1]).startswith("unclosed quote: ")


def test_raw_text_of_a_row_of_several_lines_is_whole() -> None:
    records = list(read_delimited(io.BytesIO(b'"p\nq",1,2\nc,d\n'), CSV, ("a", "b")))
    assert [record.raw for record in records] == [b'"p\nq",1,2\n', b"c,d\n"]


def test_header_is_skipped_on_the_first_line_only() -> None:
    layout = DelimitedLayout("\t", quoting=False, header=True)
    data = b"a\tb\nx\ty\n"
    assert rows(data, layout) == [(2, ["x", "y"])]
    part = read_delimited(io.BytesIO(b"x\ty\n"), layout, ("a", "b"), first_line=7)
    assert [(record.line, record.values) for record in part] == [(7, {"a": "x", "b": "y"})]


def test_agrees_with_the_standard_library_on_well_formed_files() -> None:
    fields = ["", "x", 'q"q', "two\nlines", "c,d", '"', "\r\n", "é"]
    table = [[one, two] for one in fields for two in fields]
    text = io.StringIO(newline="")
    csv.writer(text).writerows(table)
    assert [row for _, row in rows(text.getvalue().encode())] == table
