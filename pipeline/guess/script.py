"""Tells in which script texts are written."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Literal

Script = Literal["Latin", "Chinese", "other"]

_LATIN_SHARE = 0.8
_KANA_OR_HANGUL = {"HIRAGANA", "KATAKANA", "HANGUL"}


def guess_script(texts: Iterable[str]) -> Script:
    """Returns the script of most letters; Japanese, which has Chinese characters among others, is `other`."""
    characters: Counter[str] = Counter()
    for text in texts:
        characters.update(text)
    letters: Counter[str] = Counter()
    for character, count in characters.items():
        if character.isalpha():
            letters[unicodedata.name(character, "UNKNOWN").split()[0]] += count
    if letters["LATIN"] >= _LATIN_SHARE * letters.total():
        return "Latin"
    kana = sum(letters[script] for script in _KANA_OR_HANGUL)
    return "Chinese" if 2 * letters["CJK"] > letters.total() and 10 * kana < letters.total() else "other"
