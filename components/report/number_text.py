"""Numbers as the page shows them: short for people, exact for programs."""

import math

import markupsafe

_SECONDS_PER_MINUTE = 60


def plain_number(value: float | None) -> str:
    """A number in few digits; a dash for None."""
    if value is None or not math.isfinite(value):
        return "–"
    if isinstance(value, int) or (value.is_integer() and abs(value) > 1):
        return f"{value:,.0f}"
    return f"{value:.4f}" if abs(value) < 1000 else f"{value:,.1f}"


def exact_number(value: float | None) -> markupsafe.Markup:
    """The same as a `data` element, whose `value` has all digits: tables sort by it, and tests compare it."""
    if value is None or not math.isfinite(value):
        return markupsafe.Markup("–")
    return markupsafe.Markup('<data value="{}">{}</data>').format(repr(value), plain_number(value))


def percentage(part: float, whole: float) -> str:
    """A share in percent."""
    return f"{100 * part / whole:.1f} %" if whole else "–"


def span_of_time(seconds: float) -> str:
    """Seconds, or minutes and seconds."""
    minutes, rest = divmod(round(seconds), _SECONDS_PER_MINUTE)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
