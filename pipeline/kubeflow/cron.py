"""The form of a cron expression that Kubeflow Pipelines takes."""

import re

CRON_EXAMPLE = "0 0 2 * * *"
"""Every night at two."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = (
    ("second", 0, 59, ()),
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 6, _DAYS),
)
_PART = re.compile(r"(?:[*?]|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>\d+))?")


def fault_of_cron(expression: str) -> str | None:
    """What is wrong with a cron expression, as a clause that ends with a right example.

    Kubeflow's scheduler also takes five fields, and takes the first for the seconds: what means "at two" elsewhere
    would run every hour there. So nothing but six will do.

    Args:
        expression: Seconds, minutes, hours, days of the month, months, days of the week.

    Returns:
        None where nothing is wrong.
    """
    words = expression.split()
    if len(words) != len(_FIELDS):
        return (
            f"has {len(words)} field{'s' * (len(words) != 1)} and not six: seconds, minutes, hours, days of the month, "
            f"months, days of the week, such as {CRON_EXAMPLE!r} for every night at two"
        )
    for word, (name, least, most, names) in zip(words, _FIELDS, strict=True):
        if not all(_is_right(part, least, most, names) for part in word.split(",")):
            return (
                f"says {word!r} for the {name}, which takes {least} to {most}, `*`, lists, ranges and steps; right is "
                f"for example {CRON_EXAMPLE!r}, every night at two"
            )
    return None


def _is_right(part: str, least: int, most: int, names: tuple[str, ...]) -> bool:
    match = _PART.fullmatch(part)
    if match is None or (match["step"] is not None and int(match["step"]) == 0):
        return False
    first, last = (_number(match[side], least, names) for side in ("first", "last"))
    if first is None:
        return match["first"] is None
    if match["last"] is None:
        last = most
    return last is not None and least <= first <= last <= most


def _number(word: str | None, least: int, names: tuple[str, ...]) -> int | None:
    if word is None:
        return None
    if word.lower() in names:
        return names.index(word.lower()) + least
    return int(word) if word.isascii() and word.isdigit() else None
