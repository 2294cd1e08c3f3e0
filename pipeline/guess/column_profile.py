"""What the values of a column look like."""

import dataclasses
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

from models.label_order import ordered_labels
from pipeline.guess.column_names import is_score_name
from pipeline.guess.header import is_number

Kind = Literal["text", "category", "labels", "number", "id", "constant", "empty", "words", "other"]

MAX_CATEGORIES = 1000
"""As components.text_schema_gen.build_schema.MAX_LABELS, whose module imports TensorFlow."""

_ROWS_PER_CATEGORY = 4
_MAX_CATEGORY_WORDS = 8
_TEXT_WORDS = 2.5
_SHOWN = 24
_MAX_GRADES = 20
"""Different numbers with decimals or called a score, such as 0.5 to 5 stars, that are still taken for classes."""
_ID_SHARE = 0.9
_MAX_ID_CHARACTERS = 64
_SEVERAL_SHARE = 0.005
_SEPARATOR = re.compile(r"\s*[,;|]\s*")
# A word of its own each: Chinese and Japanese write no spaces.
_CHARACTER_WORD = re.compile(r"[぀-ヿ㐀-鿿豈-﫿]")


@dataclasses.dataclass(frozen=True)
class ColumnProfile:
    """What the values of a column look like.

    Attributes:
        name: The column.
        kind: `text` many words, `category` values that repeat, `labels` several of them in one cell, `number`, `id`
            another token in nearly each row, `words` other short values, `constant`, `empty`, `other` no scalars.
        counts: Rows of each value; of a text only how many differ matters.
        mean_words: Words of a value, on average.
        example: A value with several labels, for kind `labels`.
        delimiter: What stands between them; empty where values are lists.
        is_numeric: Whether all values are numbers.
    """

    name: str
    kind: Kind
    counts: Counter[str]
    mean_words: float
    example: str = ""
    delimiter: str = ""
    is_numeric: bool = False

    @property
    def num_values(self) -> int:
        """Rows that have a value."""
        return self.counts.total()

    @property
    def is_flag(self) -> bool:
        """Whether each value is 0 or 1, or false or true, and both occur."""
        return {value.casefold() for value in self.counts} in ({"0", "1"}, {"false", "true"})

    def spoken(self) -> str:
        """What it holds, for a message."""
        return {
            "category": f"few values ({self.shown_values()})",
            "labels": "several values a row",
            "number": "numbers",
            "id": "another token in each row",
            "constant": "the same value in each row",
            "empty": "nothing",
            "text": "texts",
            "words": "short values",
        }.get(self.kind, "no text")

    def shown_values(self, most: int = 4) -> str:
        """Its commonest values, for a message."""
        values = ordered_labels(" ".join(value.split()).encode() for value, _ in self.counts.most_common(most))
        shown = ", ".join(value if len(value) <= _SHOWN else f"{value[: _SHOWN - 1]}…" for value in values)
        return f"{shown}, …" if len(self.counts) > most else shown


def profile_column(name: str, values: Sequence[Any]) -> ColumnProfile:
    """Looks at the values of a column.

    Args:
        name: The column.
        values: One for each row; None and empty strings are no values.
    """
    several = [value for value in values if isinstance(value, list)]
    if several:
        return ColumnProfile(name, "labels", Counter(map(str, several)), 1, str(several[0])[:40])
    if any(isinstance(value, dict | bytes) for value in values):
        return ColumnProfile(name, "other", Counter(), 0)
    texts = [text for value in values if value is not None and (text := _as_text(value))]
    counts = Counter(texts)
    if not texts:
        return ColumnProfile(name, "empty", counts, 0)
    mean_words = sum(map(_num_words, texts)) / len(texts)
    numeric = all(is_number(text) for text in counts)
    example = "" if numeric else _several_labels(counts, mean_words)
    kind: Kind = "labels" if example else _kind(name, counts, mean_words, numeric)
    return ColumnProfile(name, kind, counts, mean_words, example, _delimiter(counts) if example else "", numeric)


def _kind(name: str, counts: Counter[str], mean_words: float, numeric: bool) -> Kind:
    num_values, num_different = counts.total(), len(counts)
    decimals = numeric and any(not text.lstrip("+-").isdigit() for text in counts)
    if num_different == 1:
        return "constant"
    repeats = num_different * _ROWS_PER_CATEGORY <= num_values and num_different <= MAX_CATEGORIES
    is_measure = num_different > _MAX_GRADES and (decimals or (numeric and is_score_name(name)))
    if repeats and mean_words <= _MAX_CATEGORY_WORDS and not is_measure:
        return "category"
    is_unique = num_different >= _ID_SHARE * num_values
    if numeric:
        return "id" if is_unique and not decimals else "number"
    if mean_words >= _TEXT_WORDS:
        return "text"
    is_token = max(map(len, counts)) <= _MAX_ID_CHARACTERS and sum(" " in value for value in counts) * 10 <= len(counts)
    return "id" if is_token and is_unique else "words"


def _several_labels(counts: Counter[str], mean_words: float) -> str:
    """A value that lists several labels, if the column's values are such lists: the same parts, mixed differently."""
    several = [value for value in counts if _SEPARATOR.search(value)]
    share = sum(counts[value] for value in several) / counts.total()
    if share < _SEVERAL_SHARE or mean_words > _MAX_CATEGORY_WORDS:
        return ""
    parts = Counter(part for value in counts for part in _SEPARATOR.split(value))
    most = min(MAX_CATEGORIES, counts.total() // _ROWS_PER_CATEGORY, len(counts) - 1)
    return max(several, key=lambda value: counts[value]) if len(parts) <= most else ""


def _delimiter(counts: Counter[str]) -> str:
    found = Counter(match.strip() for value in counts for match in _SEPARATOR.findall(value))
    return found.most_common(1)[0][0]


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value).strip()


def _num_words(text: str) -> int:
    return len(text.split()) + len(_CHARACTER_WORD.findall(text))
