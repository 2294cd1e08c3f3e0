"""Kinds of characters, by which words are told apart in texts that are not split into words first; in a graph."""

import functools
import itertools
import sys
import unicodedata
from typing import NamedTuple

import tensorflow as tf

BLANK, APART, JOINED, MARK = range(4)
"""White space and what is not seen; a word by itself or by its pieces; a letter or digit; a combining mark."""

# Scripts without spaces between words: Thai, Lao, Tibetan; Myanmar; Khmer; Tai and others; ideographs, kana, bopomofo,
# Yi, and the forms of these in other places.
_UNSPACED = (
    (0x0E00, 0x0FFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x1950, 0x19FF),
    (0x1A20, 0x1AAF),
    (0x2E80, 0x312F),
    (0x3190, 0xA4CF),
    (0xA980, 0xA9DF),
    (0xA9E0, 0xA9FF),
    (0xAA60, 0xAADF),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9F),
    (0x16FE0, 0x18DFF),
    (0x1AFF0, 0x1B2FF),
    (0x1F200, 0x1F2FF),
    (0x20000, 0x3FFFF),
)
_ESCAPED_SPACE, _REPLACEMENT = 0x2581, 0xFFFD
"""What SentencePiece writes for a space, and what it takes for one or puts in the place of ill-formed bytes."""


class _Ranges(NamedTuple):
    """Ranges of code points of one kind, in rising order."""

    starts: tuple[int, ...]
    kinds: tuple[int, ...]


def character_kinds(characters: tf.Tensor) -> tf.Tensor:
    """The kinds of code points: int32 [n], of int32 [n]."""
    ranges = _ranges()
    number = tf.searchsorted(tf.constant(ranges.starts), characters, side="right") - 1
    return tf.gather(tf.constant(ranges.kinds), number)


@functools.cache
def _ranges() -> _Ranges:
    is_unspaced = bytearray(sys.maxunicode + 1)
    for first, last in _UNSPACED:
        is_unspaced[first : last + 1] = b"\1" * (last + 1 - first)
    kinds = [_kind(code, is_unspaced) for code in range(sys.maxunicode + 1)]
    starts = tuple(code for code, (before, kind) in enumerate(itertools.pairwise([None, *kinds])) if before != kind)
    return _Ranges(starts, tuple(kinds[start] for start in starts))


def _kind(code: int, is_unspaced: bytearray) -> int:
    category = unicodedata.category(chr(code))
    # Not all of C: what Python's Unicode does not know yet is mostly emoji.
    if category in ("Zs", "Zl", "Zp", "Cc", "Cf") or code in (_ESCAPED_SPACE, _REPLACEMENT):
        return BLANK
    if category[0] == "M":
        return MARK
    return JOINED if category[0] in "LN" and not is_unspaced[code] else APART
