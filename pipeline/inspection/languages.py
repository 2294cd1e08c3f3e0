"""In which languages texts are written."""

import functools
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.inspection.inspection import MAX_LISTED, LanguageFacts, LanguageRow
from pipeline.inspection.reading.row import Row
from pipeline.inspection.show_row import RowDisplay

if TYPE_CHECKING:
    from lingua import LanguageDetector

MIN_CHARACTERS = 40
"""Of shorter texts the detector takes one in ten for another language; an ideograph counts for two."""

_MAX_ROWS = 5_000
_BATCH = 500
_FIRST_IDEOGRAPH = "\u3040"

# Those in which most text of the world is written: with all that the detector knows it needs more memory, and takes
# slang for Latin or Welsh.
# fmt: off
_LANGUAGES = (
    "ARABIC", "BENGALI", "BULGARIAN", "CHINESE", "CROATIAN", "CZECH", "DANISH", "DUTCH", "ENGLISH", "FINNISH",
    "FRENCH", "GERMAN", "GREEK", "HEBREW", "HINDI", "HUNGARIAN", "INDONESIAN", "ITALIAN", "JAPANESE", "KOREAN",
    "PERSIAN", "POLISH", "PORTUGUESE", "ROMANIAN", "RUSSIAN", "SPANISH", "SWEDISH", "TAMIL", "THAI", "TURKISH",
    "UKRAINIAN", "URDU", "VIETNAMESE",
)
# fmt: on


def count_languages(rows: Sequence[Row], parts: Sequence[str], display: RowDisplay) -> LanguageFacts:
    """Tells the languages of rows that are long enough, of so many rows evenly spread over all of them.

    Args:
        rows: All rows that are inspected.
        parts: Their parts.
        display: Says what of a row is shown.
    """
    long = [row for row in rows if _weight(row.text) >= MIN_CHARACTERS]
    asked = long[:: -(-len(long) // _MAX_ROWS) or 1]
    languages = list(_detected([row.text for row in asked]))
    counts = {part: Counter[str]() for part in parts}
    for row, language in zip(asked, languages, strict=True):
        counts[row.part][language] += 1
    (usual, _), *_ = [*sum(counts.values(), Counter[str]()).most_common(1), ("", 0)]
    others = [(language, row) for language, row in zip(languages, asked, strict=True) if language != usual]
    return LanguageFacts(
        rows={part: dict(count.most_common()) for part, count in counts.items()},
        asked=len(asked),
        long_enough=len(long),
        num_others=len(others),
        others=tuple(LanguageRow(language, display.row(row)) for language, row in others[:MAX_LISTED]),
    )


def _weight(text: str) -> int:
    return sum(2 if character >= _FIRST_IDEOGRAPH else 1 for character in text if character.isalnum())


def _detected(texts: Sequence[str]) -> Iterator[str]:
    """Names of languages, such as `English`; `unknown` where there is none."""
    for start in range(0, len(texts), _BATCH):
        for language in _detector().detect_languages_in_parallel_of(list(texts[start : start + _BATCH])):
            yield language.name.title() if language else "unknown"


@functools.cache
def _detector() -> "LanguageDetector":
    from lingua import Language, LanguageDetectorBuilder

    return LanguageDetectorBuilder.from_languages(*(getattr(Language, name) for name in _LANGUAGES)).build()
