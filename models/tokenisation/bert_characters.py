"""What BERT's tokeniser makes of a single character before it looks words up.

The rules are those of BERT's `BasicTokenizer` as the `tokenizers` package implements them, which treats each character
by itself. That package takes general categories from Unicode 8, decompositions from before Unicode 13 and lower case
from Unicode 17; Python 3.11 takes all three from Unicode 14. The tables below are the difference.
"""

import bisect
import operator
import unicodedata

_Ranges = tuple[tuple[int, int], ...]
"""First and last of each, in their order."""
_FIRST = operator.itemgetter(0)

# As BERT has them, but for 0x2B920: BERT's own code says 0x2B820, and the `tokenizers` package has a slip.
_IDEOGRAPHS: _Ranges = (
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF),
    (0x2F800, 0x2FA1F),
)
# The marks (punctuation, formats) within these ranges came after Unicode 8, and are treated as ordinary letters.
_LATER_MARKS: _Ranges = (
    (0x7FD, 0x7FD),
    (0x898, 0x8E1),
    (0x9FE, 0x9FE),
    (0xAFA, 0xAFF),
    (0xB55, 0xB55),
    (0xC04, 0xC3C),
    (0xD00, 0xD00),
    (0xD3B, 0xD3C),
    (0xD81, 0xD81),
    (0xEBA, 0xEBA),
    (0x180F, 0x1886),
    (0x1ABF, 0x1ACE),
    (0x1DF6, 0x1DFB),
    (0xA82C, 0xA82C),
    (0xA8C5, 0xA8C5),
    (0xA8FF, 0xA8FF),
    (0xA9BD, 0xA9BD),
    (0x10D24, 0x10F85),
    (0x11070, 0x11074),
    (0x110C2, 0x110C2),
    (0x111C9, 0x111C9),
    (0x111CF, 0x111CF),
    (0x1123E, 0x1123E),
    (0x1133B, 0x1133B),
    (0x11438, 0x1145E),
    (0x1182F, 0x11EF4),
    (0x16F4F, 0x16F4F),
    (0x16FE4, 0x16FE4),
    (0x1CF00, 0x1CF46),
    (0x1E000, 0x1E2EF),
    (0x1E944, 0x1E94A),
)
_LATER_PUNCTUATION: _Ranges = (
    (0x61D, 0x61D),
    (0x9FD, 0xA76),
    (0xC77, 0xC84),
    (0x1B7D, 0x1B7E),
    (0x2E43, 0x2E5D),
    (0x10EAD, 0x10F89),
    (0x1144B, 0x1145D),
    (0x11660, 0x116B9),
    (0x1183B, 0x11FFF),
    (0x12FF1, 0x12FF2),
    (0x16E97, 0x16FE2),
    (0x1E95E, 0x1E95F),
)
_LATER_FORMATS: _Ranges = ((0x890, 0x8E2), (0x110CD, 0x13438))
_FORMER_MARKS = {0x1734}
_FORMER_PUNCTUATION = {0x166D, 0x111C9}
_LATER_DECOMPOSITIONS = {0x11938}
# Letters whose lower case came after Unicode 14: first, last, distance to the lower case.
_LATER_CAPITALS_IN_ROWS = (
    (0x1C89, 0x1C89, 1),
    (0xA7CB, 0xA7CB, 0x264 - 0xA7CB),
    (0xA7CC, 0xA7CC, 1),
    (0xA7CE, 0xA7CE, 1),
    (0xA7D2, 0xA7D2, 1),
    (0xA7D4, 0xA7D4, 1),
    (0xA7DA, 0xA7DA, 1),
    (0xA7DC, 0xA7DC, 0x19B - 0xA7DC),
    (0x10D50, 0x10D65, 0x20),
    (0x16EA0, 0x16EB8, 0x1B),
)
_LATER_CAPITALS = {
    code: chr(code + distance) for first, last, distance in _LATER_CAPITALS_IN_ROWS for code in range(first, last + 1)
}
_ASCII_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def bert_text(character: str, lowercase: bool) -> str:
    """The text that BERT's tokeniser puts in a character's place.

    Args:
        character: One code point, no surrogate.
        lowercase: Whether the model is uncased.

    Returns:
        Nothing for a control character, one space for white space, otherwise the normalised characters; with a space on
        either side of each that is a word by itself (punctuation, an ideograph).
    """
    if character in "\t\n\r":
        return " "
    if _is_removed(character):
        return ""
    if unicodedata.category(character).startswith("Z"):
        return " "
    characters = _uncased(character) if lowercase else character
    text = "".join(f" {each} " if _is_punctuation(each) else each for each in characters)
    return f" {text} " if _is_within(ord(character), _IDEOGRAPHS) else text


def _is_removed(character: str) -> bool:
    category = unicodedata.category(character)
    if category == "Cf":
        return not _is_within(ord(character), _LATER_FORMATS)
    return category in ("Cc", "Co") or character == "\N{REPLACEMENT CHARACTER}"


def _is_punctuation(character: str) -> bool:
    if character in _ASCII_PUNCTUATION or ord(character) in _FORMER_PUNCTUATION:
        return True
    is_punctuation = unicodedata.category(character).startswith("P")
    return is_punctuation and not _is_within(ord(character), _LATER_PUNCTUATION)


def _uncased(character: str) -> str:
    is_whole = ord(character) in _LATER_DECOMPOSITIONS
    decomposed = character if is_whole else unicodedata.normalize("NFD", character)
    return "".join(_lower(each) for each in decomposed if not _is_accent(each))


def _is_accent(character: str) -> bool:
    code = ord(character)
    if unicodedata.category(character) == "Mn":
        return not _is_within(code, _LATER_MARKS)
    return code in _FORMER_MARKS


def _lower(character: str) -> str:
    return _LATER_CAPITALS.get(ord(character)) or character.lower()


def _is_within(code: int, ranges: _Ranges) -> bool:
    index = bisect.bisect_right(ranges, code, key=_FIRST) - 1
    return index >= 0 and code <= ranges[index][1]
