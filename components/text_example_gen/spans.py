"""Which spans of the data a run reads: the newest or a given one, and those in a window before it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from components.text_example_gen.span_pattern import FilesBySpan, SpanPattern, span_number, span_text
from models.user_error import UserError

_Field = TypeVar("_Field", bound=str)

_NUM_NEAR = 5
"""Spans that are named where a given one is not there."""


class SpanFile(NamedTuple):
    """A file and the span that it is of; None where its pattern has no placeholder."""

    path: str
    span: str | None


def fault_of_spans(patterns: Mapping[_Field, str], span: str | None, window: int) -> str | None:
    """Returns what contradicts itself in the fields that say which spans are read, or None.

    Args:
        patterns: Paths and globs, by the fields of `data`.
        span: The field `data.span`.
        window: The field `data.window`.
    """
    spanned = {field: SpanPattern(text) for field, text in patterns.items() if SpanPattern(text).has_span}
    for field, pattern in spanned.items():
        if fault := pattern.fault():
            return f"`{field}` {fault}: {pattern.text}"
    dated = {field: pattern.is_dated for field, pattern in spanned.items()}
    if len(set(dated.values())) > 1:
        kinds = ", ".join(f"`{field}` by {'days' if is_dated else '`{SPAN}`'}" for field, is_dated in dated.items())
        return f"all splits need the same kind of span: {kinds}"
    if not spanned:
        given = [name for name, is_given in (("span", span is not None), ("window", window != 1)) if is_given]
        return (
            f"`{given[0]}` chooses among spans, of which no path has a placeholder, such as `{{SPAN}}`"
            if given
            else None
        )
    return _fault_of_span(span, any(dated.values())) if span is not None else None


def choose_files(
    patterns: Mapping[_Field, SpanPattern], list_files: Callable[[str], Iterable[str]], span: str | None, window: int
) -> dict[_Field, list[SpanFile]]:
    """Returns the files that a run reads, by field; each pattern is listed once, so that all see the same spans.

    A span counts as there if every pattern has it, in a version that all patterns with versions have; of these
    versions, the highest is taken.

    Args:
        patterns: What the fields of `data` say, of those that have a span.
        list_files: Finds the files of a glob.
        span: The newest span to read; None for the newest that is there.
        window: How many numbers or days are looked at, that one included, if they are there or not.

    Raises:
        UserError: There is no such span, or a pattern breaks the rules.
    """
    for field, pattern in patterns.items():
        # Of a config this is known before, of a path on the command line not.
        if fault := pattern.fault():
            raise UserError(f"`data.{field}` {fault}: {pattern.text}")
    found = {field: pattern.by_span(list_files(pattern.to_glob())) for field, pattern in patterns.items()}
    for field, files in found.items():
        if not files:
            pattern = patterns[field]
            raise UserError(
                f"no file matches `data.{field}`: {pattern.text!r}, for no span; looked in {pattern.folder}"
            )
    is_dated = any(pattern.is_dated for pattern in patterns.values())
    versions = _versions(found, [field for field, pattern in patterns.items() if pattern.has_version])
    newest = _newest(found, versions, span, is_dated)
    chosen = [number for number in sorted(versions) if newest - window < number <= newest]
    return {
        field: [
            SpanFile(path, span_text(number, is_dated))
            for number in chosen
            for path in files[number][versions[number] if patterns[field].has_version else 0]
        ]
        for field, files in found.items()
    }


def describe_spans(spans: Collection[str]) -> tuple[str, ...]:
    """Returns spans in order, those that follow each other as one: `2026-11-01 to 2026-11-18`."""
    is_dated, numbers = _numbers(spans)
    firsts = [number for number in numbers if number - 1 not in numbers]
    lasts = [number for number in numbers if number + 1 not in numbers]
    return tuple(_run(first, last, is_dated) for first, last in zip(firsts, lasts, strict=True))


def missing_spans(spans: Collection[str], window: int) -> tuple[str, ...]:
    """Returns which spans of a window are not there, as `describe_spans` writes them.

    Args:
        spans: Those that are, of which the newest ends the window.
        window: How many numbers or days it is wide.
    """
    is_dated, numbers = _numbers(spans)
    if not numbers:
        return ()
    lowest = span_number("0001-01-01") if is_dated else 0
    before = [max(numbers[-1] - window, lowest - 1), *numbers]
    gaps = [(one + 1, other - 1) for one, other in zip(before, numbers, strict=False) if other - one > 1]
    return tuple(_run(first, last, is_dated) for first, last in gaps)


def _fault_of_span(span: str, is_dated: bool) -> str | None:
    try:
        span_number(span)
    except ValueError as error:
        return f"`span: {span}`: {error}"
    if is_dated != ("-" in span):
        wanted = "a day, such as 2026-11-20" if is_dated else "a whole number"
        return f"`span: {span}` does not fit the placeholders, by which a span is {wanted}"
    return None


def _versions(found: Mapping[_Field, FilesBySpan], versioned: Sequence[_Field]) -> dict[int, int]:
    """The version that is taken of each span which all fields have; 0 where there are no versions."""
    versions = {}
    for number in set.intersection(*(set(files) for files in found.values())):
        common = set.intersection(*(set(found[field][number]) for field in versioned)) if versioned else {0}
        if common:
            versions[number] = max(common)
    return versions


def _newest(found: Mapping[_Field, FilesBySpan], there: Collection[int], span: str | None, is_dated: bool) -> int:
    if not there:
        newest = ", ".join(f"`data.{field}` {span_text(max(files), is_dated)}" for field, files in found.items())
        raise UserError(f"no span is there for all splits in one version; the newest of each: {newest}")
    if span is None:
        return max(there)
    wanted = span_number(span)
    if wanted not in there:
        near = sorted(sorted(there, key=lambda number: abs(number - wanted))[:_NUM_NEAR])
        lacking = [f"`data.{field}`" for field, files in found.items() if wanted not in files]
        where = f"in {' and '.join(lacking)}" if lacking else "in one version for all splits"
        names = ", ".join(span_text(number, is_dated) for number in near)
        raise UserError(f"`data.span: {span}` is not there {where}; spans that are, near it: {names}")
    return wanted


def _numbers(spans: Collection[str]) -> tuple[bool, list[int]]:
    return any("-" in span for span in spans), sorted({span_number(span) for span in spans})


def _run(first: int, last: int, is_dated: bool) -> str:
    texts: Iterator[str] = iter(dict.fromkeys(span_text(number, is_dated) for number in (first, last)))
    return " to ".join(texts)
