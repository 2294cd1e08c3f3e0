"""How SQuAD judges an answer: exact match and F1 of words."""

import re
import string
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLE = re.compile(r"\b(a|an|the)\b")


class Score(NamedTuple):
    """Exact match and F1 of an answer, or of the mean of many; each from 0 to 1."""

    exact_match: float
    f1: float


def score(answer: str, truths: Sequence[str]) -> Score:
    """Scores an answer as SQuAD 2.0's official program does (Rajpurkar et al. 2018); it counts in percent.

    Words are what white space parts, in Chinese too, where this F1 is therefore hardly more than the exact match.

    Args:
        answer: What was answered; empty for "there is none".
        truths: The accepted answers, of which the best one counts; none where there is no answer.
    """
    accepted = [words for words in map(_words, truths) if words] or [[]]
    given = _words(answer)
    return Score(float(given in accepted), max(_f1(given, words) for words in accepted))


def _words(text: str) -> list[str]:
    """The words without upper case, ASCII punctuation and articles."""
    return _ARTICLE.sub(" ", text.lower().translate(_PUNCTUATION)).split()


def _f1(given: list[str], accepted: list[str]) -> float:
    if not given or not accepted:
        return float(given == accepted)
    num_common = (Counter(given) & Counter(accepted)).total()
    return 2 * num_common / (len(given) + len(accepted))
