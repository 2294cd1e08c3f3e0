"""Which spans a run reads."""

import pytest

from components.text_example_gen.span_pattern import SpanPattern
from components.text_example_gen.spans import choose_files, describe_spans, fault_of_spans, missing_spans
from models.user_error import UserError

TRAIN, EVAL = "t/{SPAN}.csv", "e/{SPAN}.csv"
DAYS = "t/{YYYY}-{MM}-{DD}.csv"
VERSIONS = "t/{SPAN}/{VERSION}.csv"


def chosen(
    patterns: dict[str, str], files: list[str], span: str | None = None, window: int = 1
) -> dict[str, list[str]]:
    """The paths that are read; every pattern is shown all files."""
    read = {field: SpanPattern(text) for field, text in patterns.items()}
    found = choose_files(read, lambda _: files, span, window)
    return {field: [file.path for file in of_field] for field, of_field in found.items()}


def numbered(folder: str, *numbers: int) -> list[str]:
    return [f"{folder}/{number}.csv" for number in numbers]


@pytest.mark.parametrize(
    ("span", "window", "expected"),
    [
        (None, 1, (12,)),
        (None, 2, (12,)),
        (None, 3, (10, 12)),
        (None, 4, (9, 10, 12)),
        (None, 100, (2, 9, 10, 12)),
        ("10", 1, (10,)),
        ("10", 2, (9, 10)),
        ("0010", 8, (9, 10)),
        ("10", 9, (2, 9, 10)),
        ("2", 10**12, (2,)),
    ],
)
def test_a_window_is_so_many_numbers_wide(span: str | None, window: int, expected: tuple[int, ...]) -> None:
    files = numbered("t", 12, 9, 2, 10)
    assert chosen({"path": TRAIN}, files, span, window) == {"path": numbered("t", *expected)}


def test_a_window_is_so_many_days_wide() -> None:
    days = ["2026-10-31", "2026-11-01", "2026-11-03", "2025-11-03"]
    found = chosen({"path": DAYS}, [f"t/{day}.csv" for day in days], window=4)
    assert found == {"path": ["t/2026-10-31.csv", "t/2026-11-01.csv", "t/2026-11-03.csv"]}
    assert chosen({"path": DAYS}, [f"t/{day}.csv" for day in days], "2026-11-01", 3)["path"] == [
        "t/2026-10-31.csv",
        "t/2026-11-01.csv",
    ]


@pytest.mark.parametrize(
    ("train", "evaluation", "window", "expected"),
    [
        # The newest is that which all have, and so are those before.
        ((1, 2, 3), (1, 2), 1, (2,)),
        ((1, 2), (1, 2, 3), 1, (2,)),
        ((1, 2, 3), (1, 3), 3, (1, 3)),
        ((1, 2, 4), (1, 2, 3), 2, (1, 2)),
    ],
)
def test_all_splits_read_the_same_spans(
    train: tuple[int, ...], evaluation: tuple[int, ...], window: int, expected: tuple[int, ...]
) -> None:
    files = [*numbered("t", *train), *numbered("e", *evaluation)]
    assert chosen({"train": TRAIN, "eval": EVAL}, files, window=window) == {
        "train": numbered("t", *expected),
        "eval": numbered("e", *expected),
    }


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        # 10 is more than 9, not less, as texts are; 08 and 8 are one.
        (["t/1/9.csv", "t/1/10.csv", "t/2/1.csv"], ["t/1/10.csv", "t/2/1.csv"]),
        (["t/1/8.csv", "t/1/08.csv", "t/1/7.csv"], ["t/1/8.csv", "t/1/08.csv"]),
        (["t/01/1.csv", "t/1/1.csv"], ["t/01/1.csv", "t/1/1.csv"]),
    ],
)
def test_the_highest_version_of_each_span_is_read(files: list[str], expected: list[str]) -> None:
    assert chosen({"path": VERSIONS}, files, window=9) == {"path": expected}


def test_splits_with_versions_read_the_same_version() -> None:
    patterns = {"train": VERSIONS, "eval": "e/{SPAN}/{VERSION}.csv", "test": "s/{SPAN}.csv"}
    train = ["t/1/1.csv", "t/1/2.csv", "t/2/1.csv", "t/2/2.csv", "t/3/1.csv"]
    evaluation = ["e/1/1.csv", "e/1/2.csv", "e/2/1.csv", "e/3/2.csv"]
    assert chosen(patterns, [*train, *evaluation, *numbered("s", 1, 2, 3)], window=9) == {
        "train": ["t/1/2.csv", "t/2/1.csv"],
        "eval": ["e/1/2.csv", "e/2/1.csv"],
        "test": numbered("s", 1, 2),
    }


@pytest.mark.parametrize(
    ("patterns", "files", "span", "message"),
    [
        ({"path": "a/b/x*/{SPAN}.csv"}, [], None, r"no file matches `data\.path`: 'a/b/x\*/\{SPAN\}\.csv'.* in a/b$"),
        ({"path": "{SPAN}.csv"}, ["x.csv"], None, r"looked in \.$"),
        ({"train": TRAIN, "eval": EVAL}, numbered("t", 1), None, r"no file matches `data\.eval`"),
        (
            {"train": TRAIN, "eval": EVAL},
            [*numbered("t", 1, 2), *numbered("e", 7)],
            None,
            r"no span is there for all splits .* `data\.train` 2, `data\.eval` 7",
        ),
        (
            {"train": VERSIONS, "eval": "e/{SPAN}/{VERSION}.csv"},
            ["t/1/1.csv", "e/1/2.csv"],
            None,
            "no span is there for all splits in one version",
        ),
        (
            {"path": TRAIN},
            numbered("t", 1, 3, 5, 7, 9, 11, 13),
            "8",
            r"`data\.span: 8` is not there in `data\.path`; spans that are, near it: 3, 5, 7, 9, 11$",
        ),
        (
            {"train": TRAIN, "eval": EVAL},
            [*numbered("t", 1, 2), *numbered("e", 1)],
            "2",
            r"`data\.span: 2` is not there in `data\.eval`; .* near it: 1$",
        ),
        (
            {"train": VERSIONS, "eval": "e/{SPAN}/{VERSION}.csv"},
            ["t/1/1.csv", "e/1/1.csv", "t/2/1.csv", "e/2/2.csv"],
            "2",
            "`data.span: 2` is not there in one version for all splits; .* near it: 1$",
        ),
        ({"path": "{MM}.csv"}, ["11.csv"], None, r"`data\.path` needs each of"),
        ({"path": DAYS}, ["t/2026-11-20.csv"], "2026-11-21", "near it: 2026-11-20$"),
    ],
)
def test_spans_that_are_not_there_are_told(
    patterns: dict[str, str], files: list[str], span: str | None, message: str
) -> None:
    with pytest.raises(UserError, match=message):
        chosen(patterns, files, span)


@pytest.mark.parametrize(
    ("patterns", "span", "window", "fault"),
    [
        ({"train": "a.csv", "eval": "b*.csv"}, None, 1, None),
        ({"train": TRAIN, "eval": "b.csv"}, "3", 9, None),
        ({"path": DAYS}, "2026-11-20", 9, None),
        ({"train": "a.csv", "eval": "b.csv"}, "3", 1, "`span` chooses among spans, of which no path has a placeholder"),
        ({"train": "a.csv", "eval": "b.csv"}, None, 2, "`window` chooses among spans"),
        ({"path": "{VERSION}.csv"}, None, 1, "`path` has `{VERSION}` without `{SPAN}`"),
        ({"train": TRAIN, "eval": DAYS}, None, 1, "`train` by `{SPAN}`, `eval` by days"),
        ({"path": TRAIN}, "2026-11-20", 1, "a span is a whole number"),
        ({"path": DAYS}, "20777", 1, "a span is a day, such as 2026-11-20"),
        ({"path": DAYS}, "2026-11-31", 1, "`span: 2026-11-31`: day is out of range for month"),
        ({"path": TRAIN}, "newest", 1, "'newest' is neither a whole number nor a day"),
    ],
)
def test_fields_that_contradict_each_other(
    patterns: dict[str, str], span: str | None, window: int, fault: str | None
) -> None:
    found = fault_of_spans(patterns, span, window)
    assert found is None if fault is None else found and fault in found


@pytest.mark.parametrize(
    ("spans", "window", "described", "missing"),
    [
        ([], 3, (), ()),
        (["5"], 1, ("5",), ()),
        (["10", "9", "7"], 4, ("7", "9 to 10"), ("8",)),
        (["10", "9", "7"], 6, ("7", "9 to 10"), ("5 to 6", "8")),
        # There is no span below zero, and no day before the calendar's first.
        (["2"], 10**12, ("2",), ("0 to 1",)),
        (["2026-11-03", "2026-10-31"], 5, ("2026-10-31", "2026-11-03"), ("2026-10-30", "2026-11-01 to 2026-11-02")),
        (["0001-01-02"], 9, ("0001-01-02",), ("0001-01-01",)),
    ],
)
def test_what_is_told_of_a_window(
    spans: list[str], window: int, described: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    assert describe_spans(spans) == described
    assert missing_spans(spans, window) == missing
