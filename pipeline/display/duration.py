"""Times as a person reads them."""

_SECONDS_PER_MINUTE = 60
_SECONDS_PER_HOUR = 3600


def clock(seconds: float) -> str:
    """Hours, minutes and seconds: `0:07`, `1:23`, `2:03:59`."""
    whole = round(max(seconds, 0))
    hours, rest = divmod(whole, _SECONDS_PER_HOUR)
    minutes, left = divmod(rest, _SECONDS_PER_MINUTE)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def duration(seconds: float, digits: int = 0) -> str:
    """Seconds below a minute, with so many digits after the point; from there on minutes and hours as `clock` does."""
    shown = f"{seconds:.{digits}f}"
    return f"{shown} s" if float(shown) < _SECONDS_PER_MINUTE else clock(seconds)
