"""Counts the word pieces of texts without TensorFlow, whose import takes seconds."""

import functools
from collections.abc import Callable

from models.tokenisation.bert_characters import bert_text
from models.tokenisation.vocabulary import Vocabulary

_MAX_WORD = 100
"""Characters above which BERT takes a word for unknown."""
_CHARACTERS_PER_PIECE = 2.0

PieceCounter = Callable[[str], int]
"""Takes a text, and returns its number of word pieces without special tokens."""


def count_by(vocabulary: Vocabulary) -> PieceCounter:
    """Returns what counts the pieces that `models.tokenisation.bert_tokenizer` makes."""
    tokens = frozenset(vocabulary.tokens)
    longest = max(map(len, tokens))

    @functools.cache
    def num_pieces(word: str) -> int:
        if len(word) > _MAX_WORD:
            return 1
        num, start = 0, 0
        while start < len(word):
            mark = "##" if start else ""
            ends = range(min(len(word), start + longest), start, -1)
            end = next((end for end in ends if mark + word[start:end] in tokens), None)
            if end is None:
                return 1
            num, start = num + 1, end
        return num

    return _counter(num_pieces, vocabulary.lowercase)


def count_without_vocabulary() -> PieceCounter:
    """Returns what estimates the number of pieces: an ideograph or a mark is one, of a word two characters are.

    Rather too many than too few: multilingual BERT makes words of Cyrillic or Latin letters into longer pieces.
    """
    return _counter(lambda word: -int(-len(word) // _CHARACTERS_PER_PIECE), lowercase=False)


def _counter(num_pieces: Callable[[str], int], lowercase: bool) -> PieceCounter:
    @functools.cache
    def of_character(character: str) -> str:
        return bert_text(character, lowercase)

    def count(text: str) -> int:
        return sum(map(num_pieces, "".join(map(of_character, text)).split()))

    return count
