"""The window of time that is looked at."""

import dataclasses
import datetime
import math
import re

from models.user_error import UserError

_UNITS = {"m": 60, "h": 3600, "d": 86400}


@dataclasses.dataclass(frozen=True)
class Window:
    """From when, included, to when, not included, in seconds since 1970."""

    since: float
    until: float

    def describe(self) -> str:
        """In words, in the time of this machine."""
        texts = (
            datetime.datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M")
            for at in (self.since, self.until)
        )
        return " to ".join(texts)


def window_of(since: str | None, until: str | None, hours: float, now: float) -> Window:
    """The window that options and config ask for.

    Args:
        since: `2026-11-20`, `2026-11-20T08:00`, or how long before the end: `36h`, `7d`; None for `hours` before it.
        until: Likewise a moment, or how long ago; None for now.
        hours: The width of a window that has no beginning.
        now: Seconds since 1970.

    Raises:
        UserError: They are nothing of the kind, or the window is empty.
    """
    end = now if until is None else _moment(until, now, "--until")
    begin = end - hours * _UNITS["h"] if since is None else _moment(since, end, "--since")
    # Logs know whole seconds, and a request by the one in which it came: windows begin and end between two of them.
    begin = math.floor(begin)
    if until is not None:
        end = math.floor(end)
    if begin >= end:
        raise UserError(f"the window is empty: it begins at {since} and ends at {until or 'now'}")
    return Window(begin, end)


def _moment(text: str, end: float, option: str) -> float:
    length = re.fullmatch(r"(\d+(?:\.\d+)?)([mhd])", text)
    if length:
        return end - float(length[1]) * _UNITS[length[2]]
    try:
        # Without a zone it is the time of this machine.
        return datetime.datetime.fromisoformat(text).timestamp()
    except ValueError as error:
        raise UserError(
            f"{option} {text}: this is neither a moment, such as 2026-11-20 or 2026-11-20T08:00, nor a length, such as "
            "90m, 36h or 7d"
        ) from error
