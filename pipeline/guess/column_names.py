"""Names under which data sets keep their texts, labels and scores."""

import re
from collections.abc import Sequence

TEXT_NAMES = (
    *("text", "sentence", "message", "review", "content", "body", "comment", "tweet", "utterance", "document", "post"),
    *("description", "question", "query", "abstract", "article", "reviewtext", "feedback", "email", "sms"),
)
LABEL_NAMES = (
    *("label", "labels", "class", "category", "target", "topic", "intent", "sentiment", "polarity", "emotion", "tag"),
    *("stars", "rating", "spam", "gold", "type", "y"),
)
SCORE_NAMES = ("score", "similarity", "relatedness", "rating", "stars", "grade", "points")
"""Best first, each."""

_OTHER_NAMES = ("id", "index", "idx", "title", "date", "quality", "user", "name", "source", "split")
_PLACE_NAMES = frozenset({"id", "ids", "idx", "index", "date", "year", "time", "timestamp"})
_PAIRS = (
    *(("premise", "hypothesis"), ("question", "answer"), ("query", "passage"), ("question", "context")),
    *(("question", "sentence"), ("query", "document"), ("query", "answer"), ("anchor", "positive")),
)
_WORD = re.compile(r"[^\W\d_]+")


def is_known_name(name: str) -> bool:
    """Whether this is what data sets often call a column."""
    return name.casefold() in (*TEXT_NAMES, *LABEL_NAMES, *SCORE_NAMES, *_OTHER_NAMES)


def name_rank(name: str, known: Sequence[str]) -> int:
    """How well a column's name fits: 0 is the best; names that hold a known word follow, then all others alike.

    Args:
        name: The column's name, such as `ticket_category`.
        known: Names, best first.
    """
    if name.casefold() in known:
        return known.index(name.casefold())
    words = set(_words(name))
    return next((len(known) + rank for rank, word in enumerate(known) if word in words), 2 * len(known))


def is_score_name(name: str) -> bool:
    """Whether a column of numbers under this name holds measures, and no classes that are numbered."""
    return not set(SCORE_NAMES).isdisjoint(_words(name))


def is_place_name(name: str) -> bool:
    """Whether a column of numbers under this name says which row it is, or when it was written."""
    return not _PLACE_NAMES.isdisjoint(_words(name))


def are_pair_names(first: str, second: str) -> bool:
    """Whether two columns are called as the two texts of a pair: alike but for a number or a letter, or by a custom."""
    if not first.strip("0123456789") or not second.strip("0123456789"):
        return False
    for one, other in _PAIRS:
        if {one} <= set(_words(first)) and {other} <= set(_words(second)):
            return True
    numberless = [re.sub(r"\d+|(?<=_)[ab]$|_pair$", "", name.casefold()).strip("_ ") for name in (first, second)]
    return numberless[0] == numberless[1]


def _words(name: str) -> list[str]:
    # `reviewText` is two words, as `review_text` is.
    return _WORD.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).casefold())
