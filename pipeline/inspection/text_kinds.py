"""In which scripts texts are, and which hold hardly anything."""

from collections import Counter
from collections.abc import Sequence

from components.evaluator.script_of_text import script_of_text
from pipeline.inspection.inspection import MAX_LISTED, ScriptFacts, ShortFacts
from pipeline.inspection.reading.row import Row
from pipeline.inspection.show_row import RowDisplay

MIN_CHARACTERS = 3
"""Letters and digits that say something: `ok` does not; an ideograph counts for two."""

_FIRST_IDEOGRAPH = "\u3040"


def count_scripts(rows: Sequence[Row], parts: Sequence[str]) -> ScriptFacts:
    """Counts the rows of each script, by part, the most frequent first."""
    counts = {part: Counter[str]() for part in parts}
    for row in rows:
        counts[row.part][script_of_text(" ".join(row.texts))] += 1
    return ScriptFacts({part: dict(count.most_common()) for part, count in counts.items()})


def find_short(rows: Sequence[Row], display: RowDisplay) -> ShortFacts:
    """Finds rows of which a text has hardly any letters and digits."""
    short = [row for row in rows if any(map(_is_short, row.texts))]
    return ShortFacts(len(short), tuple(map(display.row, short[:MAX_LISTED])))


def _is_short(text: str) -> bool:
    found = 0
    for character in text:
        if character.isalnum():
            found += 2 if character >= _FIRST_IDEOGRAPH else 1
            if found >= MIN_CHARACTERS:
                return False
    return True
