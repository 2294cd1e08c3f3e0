"""Signs and colours of states: a state is told by a word and a sign, and its colour only adds to them."""

import dataclasses
import locale
from collections.abc import Mapping

STYLES: Mapping[str, str] = {
    # Of middling lightness, so that they stand out from a black background as well as from a white one.
    "done": "color(28)",
    "cached": "color(30)",
    "reused": "color(30)",
    "failed": "bold color(160)",
    "killed": "bold color(160)",
    "interrupted": "bold color(164)",
    "running": "bold",
}
"""Rich's style of each state; others have none."""


@dataclasses.dataclass(frozen=True)
class Signs:
    """What a terminal's encoding can write.

    Attributes:
        states: The sign of each state; others have `other`.
        other: The sign of a state without one.
        spinner: What turns while something runs, one after the other.
        bar: A bar's full and empty part.
        ellipsis: Stands for what was cut off.
    """

    states: Mapping[str, str]
    other: str
    spinner: str
    bar: tuple[str, str]
    ellipsis: str


_UNICODE = Signs(
    states={"done": "✓", "cached": "=", "reused": "=", "failed": "✗", "interrupted": "!", "skipped": "–"},
    other="·",
    spinner="⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏",
    bar=("━", "┄"),
    ellipsis="…",
)
_ASCII = Signs(
    states={"done": "+", "cached": "=", "reused": "=", "failed": "x", "interrupted": "!", "skipped": "-"},
    other=".",
    spinner="|/-\\",
    bar=("#", "."),
    ellipsis="~",
)


def signs_for(encoding: str, locale_encoding: str | None = None) -> Signs:
    """Chooses signs that can be written, and that the terminal shows.

    Args:
        encoding: What the output is written in.
        locale_encoding: What the terminal expects; by default what the environment says.
    """
    wanted = "".join([*_UNICODE.states.values(), _UNICODE.other, _UNICODE.spinner, *_UNICODE.bar, _UNICODE.ellipsis])
    try:
        wanted.encode(encoding)
        wanted.encode(locale_encoding or locale.getencoding())
    except (UnicodeEncodeError, LookupError):
        return _ASCII
    return _UNICODE
