"""A path whose placeholders, TFX's own, stand for the span of the data and perhaps their version.

`{SPAN}` is a whole number, `{SPAN:4}` one of four digits; `{YYYY}`, `{MM}` and `{DD}` together are a day. `{VERSION}`
and `{VERSION:2}` tell the editions of a span apart. Globs may stand beside them.
"""

import dataclasses
import datetime
import fnmatch
import re
from collections.abc import Iterable

from models.user_error import UserError

FilesBySpan = dict[int, dict[int, list[str]]]
"""Paths by span, and by version; the version is 0 where the pattern has none."""

# As TFX numbers days.
_DAY_ZERO = datetime.date(1970, 1, 1).toordinal()
_DATE_WIDTHS = {"YYYY": 4, "MM": 2, "DD": 2}
_MAX_DIGITS = 18  # what ML Metadata's integers hold
_PLACEHOLDER = re.compile(r"\{(?P<name>SPAN|VERSION)(?::(?P<width>[^{}]*))?\}|\{(?P<date>YYYY|MM|DD)\}")
_TOKEN = re.compile(
    rf"{_PLACEHOLDER.pattern}|(?P<folders>(?<![^/])\*\*/+)|(?P<rest>(?<![^/])\*\*\Z)|(?P<star>\*+)|(?P<one>\?)"
    r"|(?P<some>\[!?\]?[^\]]*\])|(?P<slash>/+)|(?P<other>.)",
    re.DOTALL,
)


@dataclasses.dataclass(frozen=True)
class SpanPattern:
    """A path or glob, with placeholders or without.

    Attributes:
        text: As the config has it.
    """

    text: str

    @property
    def has_span(self) -> bool:
        """Whether it stands for data that come in spans."""
        return _PLACEHOLDER.search(self.text) is not None

    @property
    def is_dated(self) -> bool:
        """Whether its spans are days."""
        return any(found["date"] for found in _PLACEHOLDER.finditer(self.text))

    @property
    def has_version(self) -> bool:
        """Whether a span may have several versions."""
        return any(found["name"] == "VERSION" for found in _PLACEHOLDER.finditer(self.text))

    @property
    def folder(self) -> str:
        """The folder below which all its files are."""
        return re.split(r"[*?\[{]", self.text)[0].rpartition("/")[0] or "."

    def fault(self) -> str | None:
        """Which of TFX's rules the placeholders break, or None."""
        found = list(_PLACEHOLDER.finditer(self.text))
        for name in ("SPAN", "VERSION"):
            if sum(each["name"] == name for each in found) > 1:
                return f"has `{{{name}}}` more than once"
        widths = [each for each in found if each["width"] is not None]
        for each in widths:
            if not re.fullmatch("[0-9]{1,2}", each["width"]) or not 1 <= int(each["width"]) <= _MAX_DIGITS:
                return f"has `{each[0]}`, whose width is no number from 1 to {_MAX_DIGITS}"
        if self.is_dated and sorted(each["date"] for each in found if each["date"]) != sorted(_DATE_WIDTHS):
            return "needs each of `{YYYY}`, `{MM}` and `{DD}` once"
        has_number = any(each["name"] == "SPAN" for each in found)
        if self.is_dated and has_number:
            return "has both `{SPAN}` and a date; a span is either"
        if self.has_version and not self.is_dated and not has_number:
            return "has `{VERSION}` without `{SPAN}` or a date whose version it could be"
        if "{SPAN}{VERSION}" in self.text or "{VERSION}{SPAN}" in self.text:
            return "has two numbers side by side; give one a width, such as `{VERSION:2}`, or put something between"
        return None

    def to_glob(self) -> str:
        """A glob for the files of all its spans, and some others."""
        return _PLACEHOLDER.sub(lambda found: "[0-9]" * width if (width := _width(found)) else "[0-9]*", self.text)

    def by_span(self, paths: Iterable[str]) -> FilesBySpan:
        """Sorts paths that its glob found by their spans; what is of none is left out, as a glob leaves it out.

        Raises:
            UserError: A path has a date that no calendar has.
        """
        expression = re.compile(_TOKEN.sub(_expression, self.text), re.DOTALL)
        files: FilesBySpan = {}
        for path in paths:
            found = expression.fullmatch(path)
            if found:
                values = found.groupdict()
                span = _day(path, values) if self.is_dated else int(values["SPAN"])
                files.setdefault(span, {}).setdefault(int(values.get("VERSION", 0)), []).append(path)
        return files


def span_number(text: str) -> int:
    """TFX's number of a span that is written as a whole number or as a day.

    Raises:
        ValueError: It is neither.
    """
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return datetime.date.fromisoformat(text).toordinal() - _DAY_ZERO
    if not re.fullmatch(f"[0-9]{{1,{_MAX_DIGITS}}}", text):
        raise ValueError(f"{text!r} is neither a whole number nor a day such as 2026-11-20")
    return int(text)


def span_text(number: int, is_dated: bool) -> str:
    """The inverse of `span_number`."""
    return datetime.date.fromordinal(number + _DAY_ZERO).isoformat() if is_dated else str(number)


def _day(path: str, values: dict[str, str]) -> int:
    try:
        return span_number("-".join(values[name] for name in _DATE_WIDTHS))
    except ValueError as error:
        raise UserError(f"{path} matches a pattern with a date, but no calendar has its day: {error}") from error


def _width(found: re.Match[str]) -> int | None:
    if found["date"]:
        return _DATE_WIDTHS[found["date"]]
    return int(found["width"]) if found["width"] else None


def _expression(token: re.Match[str]) -> str:
    match token.lastgroup:
        case "folders":
            return "(?:[^/]+/+)*"
        case "rest":
            return ".*"
        case "star":
            return "[^/]*"
        case "one":
            return "[^/]"
        case "some":
            return fnmatch.translate(token[0]).removeprefix("(?s:").removesuffix(r")\Z")
        case "slash":
            return "/+"
        case "other":
            return re.escape(token[0])
    name, width = token["name"] or token["date"], _width(token)
    digits = f"(?P<{name}>[0-9]{{{width}}})" if width else f"(?P<{name}>[0-9]{{1,{_MAX_DIGITS}}})"
    # Digits of a number are not for a star beside it to take.
    before, after = token.string[: token.start()], token.string[token.end() :]
    return f"{'(?<![0-9])' if before.endswith('*') else ''}{digits}{'(?![0-9])' if after.startswith('*') else ''}"
