"""Sizes as people read them."""


def gigabytes(num_bytes: float) -> str:
    """A number of bytes in GB, such as `0.6 GB`, or in MB where it is less than that."""
    return f"{num_bytes / 1e9:.1f} GB" if num_bytes >= 1e8 else f"{num_bytes / 1e6:.0f} MB"


def some(names: list[str], limit: int = 3) -> str:
    """The first names of a list, and how many more there are."""
    rest = len(names) - limit
    return ", ".join(names[:limit]) + (f" and {rest} more" if rest > 0 else "")
