import pytest

from models.user_error import UserError
from pipeline.guess.layout import guess_layout
from pipeline.guess.text_pieces import TextPieces


def _pieces(*parts: str) -> TextPieces:
    encoded = tuple(part.encode() for part in parts)
    return TextPieces(encoded, sum(map(len, encoded)))


QUOTED = "".join(f'"a text, number {index}",good\n' for index in range(50))
STRAY = "".join(f'" a text {index} of GLUE\tgood\n' for index in range(50))
WHOLE = "".join(f'"a text {index}"\tgood\n' for index in range(50))
SOME = "".join(f"{'it was said' if index % 5 else chr(34) + 'so' + chr(34)}\tgood\n" for index in range(50))
SOME_CSV = SOME.replace("\t", ",")
PLAIN = "".join(f"a text {index}\tgood\n" for index in range(50))


@pytest.mark.parametrize(
    ("text", "first_choice", "expected"),
    [
        (QUOTED, "csv", ("csv", True, 0)),
        (STRAY, "tsv", ("tsv", False, 0)),
        (WHOLE, "tsv", ("tsv", True, 0)),
        (SOME, "tsv", ("tsv", False, 0)),
        (SOME_CSV, "csv", ("csv", True, 0)),
        (PLAIN, "tsv", ("tsv", True, 0)),
        # The ending says CSV, the content is tabs, although a comma is in each text.
        ("text\tlabel\n" + PLAIN.replace(" ", ", ", 99), "csv", ("tsv", True, 0)),
        (PLAIN + "no label\n", "tsv", ("tsv", True, 1)),
    ],
)
def test_the_reading_that_breaks_the_fewest_rows_wins(
    text: str, first_choice: str, expected: tuple[object, ...]
) -> None:
    reading, _ = guess_layout([_pieces(text)], first_choice, "data")  # type: ignore[arg-type]
    assert (reading.format, reading.quoting, reading.num_faults) == expected
    assert reading.widths == (2,)


def test_the_finding_tells_the_counts() -> None:
    finding = guess_layout([_pieces(STRAY)], "tsv", "data")[1]
    assert finding is not None
    assert finding.choice == "are text"
    assert finding.reason.endswith("rows break if they enclose fields, 0 if they are text")
    assert guess_layout([_pieces(PLAIN)], "tsv", "data")[1] is None


def test_all_files_are_read_alike() -> None:
    assert not guess_layout([_pieces(PLAIN), _pieces(STRAY)], "tsv", "data")[0].quoting


def test_later_parts_may_begin_within_a_quoted_field() -> None:
    reading, _ = guess_layout([_pieces(QUOTED, 'the end, of a field",good\n' + QUOTED)], "csv", "data")
    assert reading.num_faults == 0
    assert len(reading.rows[0]) == 100
    assert [row.line for row in reading.rows[0][::50]] == [1, 0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a line of text\nand another\n", "data has one column only"),
        ("text;label\n" + "a text;good\n" * 30, "separates its columns by semicolons"),
        ("text|label\n" + "a text|good\n" * 30, "separates its columns by vertical bars"),
    ],
)
def test_one_column_is_told(text: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        guess_layout([_pieces(text)], "csv", "data")
