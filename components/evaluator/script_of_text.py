"""In which script a text is written."""

import unicodedata
from collections import Counter

_BY_NAME = {
    "LATIN": "Latin",
    "CYRILLIC": "Cyrillic",
    "GREEK": "Greek",
    "ARABIC": "Arabic",
    "HEBREW": "Hebrew",
    "DEVANAGARI": "Devanagari",
    "THAI": "Thai",
    "CJK": "Chinese",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "HANGUL": "Korean",
}

SCRIPTS = (*dict.fromkeys(_BY_NAME.values()), "other", "no letters")
"""What `script_of_text` answers."""

# Of a Japanese text's letters about half are Chinese characters.
_KANA_SHARE = 0.1


def script_of_text(text: str) -> str:
    """The script of most letters; a text with Chinese characters and some kana is Japanese."""
    counts: Counter[str] = Counter()
    for character, count in Counter(text).items():
        if character.isalpha():
            # A character's Unicode name begins with that of its script.
            counts[_BY_NAME.get(unicodedata.name(character, "").partition(" ")[0], "other")] += count
    if not counts:
        return "no letters"
    if counts["Japanese"] >= _KANA_SHARE * counts.total() and counts["Japanese"] + counts["Chinese"] > counts["Latin"]:
        return "Japanese"
    return counts.most_common(1)[0][0]
