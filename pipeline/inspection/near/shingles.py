"""Texts as sets of shingles: the hashes of all runs of a few neighbouring characters."""

import dataclasses
import unicodedata
from collections.abc import Sequence
from typing import Self

import numpy as np
import numpy.typing as npt

MAX_CHARACTERS = 1000
"""Longer texts are compared by their beginnings, so that a few long ones do not cost more than all others."""

SIZE, IDEOGRAPHIC_SIZE = 5, 2
"""Characters of a shingle. An ideograph or a syllable's sign says as much as two or three letters."""

_CHUNK_TEXTS = 4096
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_IDEOGRAPHIC = ((0x3040, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
"""Kana, Chinese characters, Hangul."""

UInt32 = npt.NDArray[np.uint32]
UInt64 = npt.NDArray[np.uint64]
Int64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]


@dataclasses.dataclass(frozen=True)
class Shingles:
    """The shingles of some texts, one after the other.

    Attributes:
        hashes: Each text's own, without repetition and in ascending order.
        offsets: Where each text's begin, and where the last one's end: [texts + 1]. No text is without any.
    """

    hashes: UInt32
    offsets: Int64

    @classmethod
    def of_texts(cls, texts: Sequence[str]) -> Self:
        """Cuts texts into shingles; case, white space and compatibility forms of characters do not count."""
        hashes, counts = [], []
        for start in range(0, len(texts), _CHUNK_TEXTS):
            of_chunk, num_of_each = _hashes([comparable(text) for text in texts[start : start + _CHUNK_TEXTS]])
            hashes.append(of_chunk)
            counts.append(num_of_each)
        offsets = np.concatenate([np.zeros(1, np.int64), *counts]).cumsum()
        return cls(np.concatenate(hashes) if hashes else np.zeros(0, np.uint32), offsets)

    @property
    def counts(self) -> Int64:
        """How many shingles each text has."""
        return np.diff(self.offsets)


def comparable(text: str) -> str:
    """What of a text is compared: its beginning, in lower case and with single spaces."""
    beginning = unicodedata.normalize("NFKC", text[:MAX_CHARACTERS]).casefold()
    return " ".join(beginning.split()) or text[:1] or " "


def _hashes(texts: Sequence[str]) -> tuple[UInt32, Int64]:
    """The hashes of all shingles of texts that are not empty, and how many there are of each text."""
    # Zeros part the texts, and fill up those that are shorter than a shingle.
    padded = "".join(text + "\0" * (SIZE - 1) for text in texts)
    characters = np.frombuffer(padded.encode("utf-32-le"), np.uint32).astype(np.uint64)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    owner = np.repeat(np.arange(len(texts)), lengths + SIZE - 1)
    is_ideographic = _is_ideographic(characters, owner, lengths)
    sizes = np.where(is_ideographic, IDEOGRAPHIC_SIZE, SIZE)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(lengths + SIZE - 1) - lengths - SIZE + 1, lengths + SIZE - 1)
    is_start = place < np.maximum(lengths - sizes + 1, 1)[owner]
    hashes = np.where(is_ideographic[owner], _rolled(characters, IDEOGRAPHIC_SIZE), _rolled(characters, SIZE))
    keys = np.unique((owner[is_start].astype(np.uint64) << np.uint64(32)) | (hashes[is_start] >> np.uint64(32)))
    counts = np.bincount((keys >> np.uint64(32)).astype(np.int64), minlength=len(texts))
    return keys.astype(np.uint32), counts


def _is_ideographic(characters: UInt64, owner: Int64, lengths: Int64) -> Bool:
    """Which texts have signs of that kind for most of their characters."""
    is_sign = np.zeros(len(characters), bool)
    for first, last in _IDEOGRAPHIC:
        is_sign |= (characters >= first) & (characters <= last)
    return 2 * np.bincount(owner, is_sign, len(lengths)) > lengths


def _rolled(characters: UInt64, size: int) -> UInt64:
    """A hash of the characters from each place on."""
    filled = np.concatenate([characters, np.zeros(size, np.uint64)])
    hashes = np.zeros(len(characters), np.uint64)
    for place in range(size):
        hashes = hashes * _MULTIPLIER + filled[place : place + len(characters)] + np.uint64(1)
    hashes ^= hashes >> np.uint64(31)
    hashes *= _MULTIPLIER
    return hashes ^ (hashes >> np.uint64(29))
