"""The order of labels: that of the model's classes."""

import re
from collections.abc import Iterable

# `int` takes 4,300 digits at most, and those of other scripts too.
_INTEGER = re.compile(r"-?\d{1,4000}", re.ASCII)


def ordered_labels(names: Iterable[bytes]) -> tuple[str, ...]:
    """Orders label names: by number where all are integers, else by code points; the same names, the same order."""
    decoded = {name.decode() for name in names}
    if all(_INTEGER.fullmatch(name) for name in decoded):
        return tuple(sorted(decoded, key=lambda name: (int(name), name)))
    return tuple(sorted(decoded))
