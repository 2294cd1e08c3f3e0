"""Where a new span of the data goes: the paths that the config's patterns would find it under."""

import datetime
import glob
import pathlib
import re

from components.text_example_gen.config import DataConfig, DataField
from components.text_example_gen.span_pattern import SpanPattern, span_number, span_text
from models.user_error import UserError

_PLACEHOLDER = re.compile(r"\{(SPAN|VERSION|YYYY|MM|DD)(?::(\d+))?\}")
_STAR = "feedback"
_OUTPUT = "or write the rows to a file of your choice with --output FILE"


def new_span_paths(data: DataConfig, span: str | None, today: datetime.date) -> dict[DataField, pathlib.Path]:
    """Chooses a span that is not there yet, and a path in it for each field of `data` that has spans.

    Args:
        data: The config's section.
        span: The span that is wanted, a number or a day; None for the number after the highest, or today.
        today: Today.

    Raises:
        UserError: There are no spans, a run would read this one alone, or it is there already.
    """
    patterns = {field: SpanPattern(text) for field, text in data.patterns().items() if SpanPattern(text).has_span}
    if not patterns:
        raise UserError(
            f"no path of `data` has a placeholder for spans, such as {{SPAN}} (docs/spans.md): add one, {_OUTPUT}"
        )
    if data.window == 1:
        raise UserError(
            "data.window is 1, so that the next run would be trained on these rows alone: set it to the number of "
            f"spans that a run should read, {_OUTPUT}"
        )
    number = _number(patterns, span, today)
    paths = {field: _path(field, pattern, number) for field, pattern in patterns.items()}
    for path in paths.values():
        if path.exists():
            raise UserError(f"{path} is there already: name another span with --span, {_OUTPUT}")
    return paths


def _number(patterns: dict[DataField, SpanPattern], span: str | None, today: datetime.date) -> int:
    is_dated = any(pattern.is_dated for pattern in patterns.values())
    if span is not None:
        try:
            number = span_number(span)
        except ValueError as error:
            raise UserError(f"--span {span}: {error}") from error
        if is_dated != ("-" in span):
            raise UserError(f"--span {span}: the config's spans are {'days' if is_dated else 'whole numbers'}")
        return number
    if is_dated:
        return span_number(today.isoformat())
    there = [number for pattern in patterns.values() for number in pattern.by_span(_files(pattern))]
    return max(there, default=0) + 1


def _files(pattern: SpanPattern) -> list[str]:
    return glob.glob(pattern.to_glob(), recursive=True)


def _path(field: DataField, pattern: SpanPattern, number: int) -> pathlib.Path:
    """The pattern with this span in it, and with a name of its own where it leaves one open."""
    if "://" in pattern.text:
        raise UserError(f"`data.{field}` is on an object store, where this command writes nothing: {_OUTPUT[3:]}")
    if pattern.has_version and number in pattern.by_span(_files(pattern)):
        # A version replaces those before it.
        raise UserError(
            f"span {span_text(number, pattern.is_dated)} of `data.{field}` is there already, and a new version would "
            f"replace it: name another span with --span, {_OUTPUT}"
        )
    path = _PLACEHOLDER.sub(lambda found: _digits(found, number), pattern.text).replace("**/", "").replace("*", _STAR)
    if number not in pattern.by_span([path]):
        raise UserError(f"`data.{field}`: no file name for a new span follows from {pattern.text}: {_OUTPUT[3:]}")
    return pathlib.Path(path)


def _digits(placeholder: re.Match[str], number: int) -> str:
    name, width = placeholder[1], int(placeholder[2] or 0)
    if name == "VERSION":
        return "1".zfill(width)
    if name == "SPAN":
        return str(number).zfill(width)
    year, month, day = span_text(number, is_dated=True).split("-")
    return {"YYYY": year, "MM": month, "DD": day}[name]
