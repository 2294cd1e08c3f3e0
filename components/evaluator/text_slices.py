"""Slices that are computed from the text itself, by name."""

import bisect
import dataclasses
from collections.abc import Callable, Sequence

_LENGTHS = (50, 100, 200, 400, 800)


@dataclasses.dataclass(frozen=True)
class TextSlice:
    """A division of texts into named buckets.

    Attributes:
        description: What decides, for the config reference and for messages.
        buckets: All names, in their natural order.
        bucket_of: The bucket of one row's texts.
    """

    description: str
    buckets: tuple[str, ...]
    bucket_of: Callable[[Sequence[str]], str]


def _length_buckets() -> tuple[str, ...]:
    lower = (0, *(length + 1 for length in _LENGTHS))
    return (*(f"{low}-{high}" for low, high in zip(lower, _LENGTHS, strict=False)), f"{lower[-1]}+")


def _length_bucket(texts: Sequence[str]) -> str:
    # Characters, not words: Chinese has no spaces.
    return _length_buckets()[bisect.bisect_left(_LENGTHS, sum(map(len, texts)))]


TEXT_SLICES = {
    "text_length": TextSlice("characters (code points) of all text columns together", _length_buckets(), _length_bucket)
}
"""Every slice of this kind, by the name that a config gives. A column of the same name is not reachable as a slice."""
