"""Slices that are computed from the text itself, by name."""

import bisect
import dataclasses
from collections.abc import Callable, Sequence

from components.evaluator.script_of_text import SCRIPTS, script_of_text
from models.encoder_settings import EncoderSettings

_LENGTHS = (50, 100, 200, 400, 800)
_UNKNOWN = ("none", "up to 5 %", "up to 20 %", "above 20 %")

Rows = Sequence[Sequence[str]]


@dataclasses.dataclass(frozen=True)
class TextSlice:
    """A division of texts into named buckets.

    Attributes:
        description: What decides, for the config reference and for messages.
        buckets: All names, in their natural order.
        buckets_of: The bucket of each row of texts, as the model's encoder cuts these.
    """

    description: str
    buckets: tuple[str, ...]
    buckets_of: Callable[[Rows, EncoderSettings], list[str]]


def _length_buckets() -> tuple[str, ...]:
    lower = (0, *(length + 1 for length in _LENGTHS))
    return (*(f"{low}-{high}" for low, high in zip(lower, _LENGTHS, strict=False)), f"{lower[-1]}+")


def length_bucket(texts: Sequence[str]) -> str:
    """The bucket of the slice `text_length` that texts are in together, by characters: Chinese has no spaces."""
    return _length_buckets()[bisect.bisect_left(_LENGTHS, sum(map(len, texts)))]


def _by_length(rows: Rows, encoder: EncoderSettings) -> list[str]:
    return [length_bucket(texts) for texts in rows]


def _by_script(rows: Rows, encoder: EncoderSettings) -> list[str]:
    return [script_of_text(" ".join(texts)) for texts in rows]


def _by_unknown_pieces(rows: Rows, encoder: EncoderSettings) -> list[str]:
    from components.evaluator.unknown_pieces import unknown_shares

    return [_UNKNOWN[bisect.bisect_left((0, 0.05, 0.2), share)] for share in unknown_shares(rows, encoder)]


TEXT_SLICES = {
    "text_length": TextSlice("characters (code points) of all text columns together", _length_buckets(), _by_length),
    "script": TextSlice("the script of most letters", SCRIPTS, _by_script),
    "unknown_pieces": TextSlice(
        "the share of pieces that the preset's vocabulary does not know", _UNKNOWN, _by_unknown_pieces
    ),
}
"""Every slice of this kind, by the name that a config gives. A column of the same name is not reachable as a slice."""
