"""The notation of spans: what a pattern with placeholders stands for."""

import glob
import pathlib

import pytest

from components.text_example_gen.span_pattern import SpanPattern, span_number, span_text
from models.user_error import UserError


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("d/{SPAN}.csv", None),
        ("d/{SPAN:4}/v{VERSION}/*.csv", None),
        ("{YYYY}/{MM}/{DD}.csv", None),
        ("{YYYY}{MM}{DD}{VERSION}.csv", None),
        ("{DD}.{MM}.{YYYY}-{VERSION:2}.csv", None),
        ("{SPAN:2}{VERSION}.csv", None),
        ("{SPAN}{VERSION:3}.csv", None),
        ("d/{span}/{OTHER}.csv", None),
        ("{SPAN}/{SPAN}.csv", "`{SPAN}` more than once"),
        ("{SPAN}/{SPAN:2}.csv", "`{SPAN}` more than once"),
        ("{SPAN}/{VERSION}/{VERSION:1}.csv", "`{VERSION}` more than once"),
        ("{VERSION}.csv", "`{VERSION}` without `{SPAN}`"),
        ("{SPAN:x}.csv", "`{SPAN:x}`, whose width"),
        ("{SPAN:}.csv", "`{SPAN:}`, whose width"),
        ("{SPAN:0}.csv", "`{SPAN:0}`, whose width"),
        ("{SPAN:19}.csv", "from 1 to 18"),
        ("{SPAN:-1}.csv", "`{SPAN:-1}`, whose width"),
        ("{SPAN}/{VERSION:٣}.csv", "`{VERSION:٣}`, whose width"),
        ("{YYYY}-{MM}.csv", "each of `{YYYY}`, `{MM}` and `{DD}` once"),
        ("{DD}.csv", "each of `{YYYY}`, `{MM}` and `{DD}` once"),
        ("{YYYY}/{YYYY}-{MM}-{DD}.csv", "each of `{YYYY}`, `{MM}` and `{DD}` once"),
        ("{YYYY}{MM}{DD}/{SPAN}.csv", "both `{SPAN}` and a date"),
        ("{SPAN}{VERSION}.csv", "two numbers side by side"),
        ("{VERSION}{SPAN}.csv", "two numbers side by side"),
    ],
)
def test_the_rules_of_the_placeholders(text: str, fault: str | None) -> None:
    found = SpanPattern(text).fault()
    assert found is None if fault is None else found and fault in found


DAY = 20_777  # 2026-11-20, as TFX counts


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("{SPAN}.csv", ["1.csv", "007.csv", "12.csv", "x.csv", "1x.csv", "1.csv.gz"], {1: 0, 7: 0, 12: 0}),
        ("{SPAN:3}.csv", ["1.csv", "007.csv", "1234.csv"], {7: 0}),
        ("span-{SPAN}/*.csv", ["span-4/a.csv", "span-4/b.csv", "span-4/deep/c.csv", "span/a.csv"], {4: 0}),
        ("{SPAN}/v{VERSION}/a.csv", ["3/v1/a.csv", "3/v10/a.csv", "3/v/a.csv", "4/v2/a.csv"], {3: 10, 4: 2}),
        ("{SPAN}-{VERSION:2}.csv", ["3-01.csv", "3-1.csv", "3-02.csv"], {3: 2}),
        ("{SPAN:2}{VERSION}.csv", ["0213.csv"], {2: 13}),
        ("{YYYY}-{MM}-{DD}.csv", ["2026-11-20.csv", "2026-11-9.csv", "today.csv"], {DAY: 0}),
        ("{YYYY}/{MM}/{DD}/**/*.csv", ["2026/11/20/a.csv", "2026/11/19/x/y/b.csv"], {DAY: 0, DAY - 1: 0}),
        ("{DD}{MM}{YYYY}.csv", ["20112026.csv"], {DAY: 0}),
        ("{YYYY}{MM}{DD}{VERSION}.csv", ["202611203.csv", "2026112012.csv"], {DAY: 12}),
        # A star takes no digits of a number beside it.
        ("part*{SPAN}.csv", ["part-a12.csv", "part12.csv"], {12: 0}),
        ("{SPAN}*.csv", ["12.csv", "12-b.csv", "12b3.csv"], {12: 0}),
        ("*{SPAN}-*{VERSION}*.csv", ["a12-b34c.csv"], {12: 34}),
        ("*{YYYY}{MM}{DD}*.csv", ["id7-20261120.csv", "720261120.csv", "202611201.csv"], {DAY: 0}),
        ("*{SPAN}/a.csv", ["b1/a.csv", "b1/b2/a.csv"], {1: 0}),
        ("**/{SPAN}.csv", ["1.csv", "x/2.csv", "x/3/4.csv"], {1: 0, 2: 0, 4: 0}),
        ("**/{SPAN}/**", ["x/1/y/2.csv", "3/a.csv"], {1: 0, 3: 0}),
        ("[ab]?[!c]-{SPAN}.csv", ["axx-1.csv", "axc-2.csv", "cxx-3.csv"], {1: 0}),
        ("[[]x]*+(y).-{SPAN}.csv", ["[x]*+(y).-1.csv", "x]+(y).-2.csv"], {1: 0}),
        ("[z-a]{SPAN}.csv", ["b1.csv"], {}),
        ("[{SPAN}.csv", ["[1.csv", "2.csv"], {1: 0}),
        ("ü {OTHER} {SPAN}.csv", ["ü {OTHER} 1.csv"], {1: 0}),
        ("{SPAN}.csv", ["٣.csv", "1234567890123456789.csv"], {}),
    ],
)
def test_the_spans_of_files(tmp_path: pathlib.Path, text: str, names: list[str], expected: dict[int, int]) -> None:
    """What the glob finds is sorted; the highest version of each span is compared, which tells most."""
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    pattern = SpanPattern(f"{glob.escape(str(tmp_path))}/{text}")
    paths = [path for path in glob.glob(pattern.to_glob(), recursive=True) if pathlib.Path(path).is_file()]
    found = pattern.by_span(paths)
    assert {span: max(versions) for span, versions in found.items()} == expected


def test_a_folder_of_odd_name_and_doubled_slashes(tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "[a] (b) {c} $^."
    (folder / "day").mkdir(parents=True)
    (folder / "day" / "5.csv").touch()
    pattern = SpanPattern(f"{glob.escape(str(folder))}//*//{{SPAN}}.csv")
    assert list(pattern.by_span(glob.glob(pattern.to_glob()))) == [5]


@pytest.mark.parametrize("name", ["2026-02-30.csv", "2026-13-01.csv", "0000-01-01.csv"])
def test_a_day_that_no_calendar_has_is_told(name: str) -> None:
    with pytest.raises(UserError, match=f"{name} .* no calendar has its day"):
        SpanPattern("{YYYY}-{MM}-{DD}.csv").by_span([name])


@pytest.mark.parametrize(
    ("text", "number"),
    # Days as `date_to_span_number` of tfx.components.example_gen.utils numbers them, whose import takes seconds.
    [("1970-01-01", 0), ("2026-11-20", DAY), ("2024-02-29", 19_782), ("1969-12-31", -1), ("12", 12)],
)
def test_spans_have_the_numbers_that_they_have_in_tfx(text: str, number: int) -> None:
    assert span_number(text) == number
    assert span_text(number, is_dated="-" in text) == text


def test_zeros_in_front_do_not_count() -> None:
    assert span_number("0012") == 12


@pytest.mark.parametrize("text", ["", "x", "1.5", "-1", "2026-11", "2026-11-31", "20-11-2026", "٣", "1" * 19, "1\n"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"neither a whole number nor a day|out of range"):
        span_number(text)
