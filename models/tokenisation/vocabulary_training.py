"""Trains a WordPiece vocabulary on a corpus, with the `tokenizers` package."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from models.tokenisation.bert_characters import bert_text
from models.tokenisation.vocabulary import SPECIAL_TOKENS, Vocabulary
from models.user_error import UserError

_MAX_WORD_CHARACTERS = 100
"""BERT's tokeniser takes longer words for `[UNK]`."""
_MAX_SINGLE_SHARE = 0.75
"""The part of the vocabulary that single characters may take, so that a rare script leaves room for words."""
_MIN_COUNT = 2
"""Pieces that occur less often are not made: one occurrence says nothing."""
_REPEATS_AT_ONCE = 10_000


def count_words(texts: Iterable[str], lowercase: bool) -> Counter[str]:
    """Counts the words of texts, as BERT's tokeniser cuts them before it looks for pieces.

    Args:
        texts: The corpus.
        lowercase: Whether the vocabulary is to be of an uncased model.
    """
    table, counts = _Normalization(lowercase), Counter[str]()
    for text in texts:
        counts.update(text.translate(table).split())
    return counts


def train_vocabulary(words: Mapping[str, int], size: int, lowercase: bool) -> Vocabulary:
    """Finds the pieces that spell a corpus best, by merging the most frequent neighbours; equal words, equal result.

    Args:
        words: The corpus' words and their numbers.
        size: Number of tokens, special tokens included; a corpus with less to merge gives fewer.
        lowercase: Whether the words are lower-cased.

    Raises:
        UserError: There are no words.
    """
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.pre_tokenizers import WhitespaceSplit
    from tokenizers.trainers import WordPieceTrainer

    kept = {word: count for word, count in words.items() if len(word) <= _MAX_WORD_CHARACTERS}
    singles = _single_characters(kept, int(size * _MAX_SINGLE_SHARE) - len(SPECIAL_TOKENS))
    if not singles:
        raise UserError("there are no words to make a vocabulary of")
    # The trainer numbers what it does not know in the random order of its hash table, and the numbers decide ties:
    # told all single characters beforehand, it has no choice.
    known = [*SPECIAL_TOKENS, *singles]
    tokenizer = Tokenizer(WordPiece(unk_token="[UNK]"))  # noqa: S106 (no password)
    tokenizer.pre_tokenizer = WhitespaceSplit()
    trainer = WordPieceTrainer(
        vocab_size=size,
        min_frequency=_MIN_COUNT,
        special_tokens=known,
        limit_alphabet=len(known),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_repeated(kept, set(singles)), trainer)
    ids = tokenizer.get_vocab()
    return Vocabulary(tuple(sorted(ids, key=ids.__getitem__)), lowercase)


class _Normalization(dict[int, str]):
    """For `str.translate`: what BERT's tokeniser puts in the place of each character, found when it first occurs."""

    def __init__(self, lowercase: bool) -> None:
        super().__init__()
        self._lowercase = lowercase

    def __missing__(self, code: int) -> str:
        # Half a surrogate pair is no character; such texts are rejected where rows are read.
        text = "" if 0xD800 <= code < 0xE000 else bert_text(chr(code), self._lowercase)
        self[code] = text
        return text


def _single_characters(words: Mapping[str, int], max_tokens: int) -> list[str]:
    """Characters that begin words, and with `##` those that continue them, the most frequent ones; sorted."""
    counts = Counter[str]()
    for word, count in words.items():
        for place, character in enumerate(word):
            counts["##" * (place > 0) + character] += count
    frequent = sorted(counts, key=lambda token: (-counts[token], token))
    return sorted(frequent[:max_tokens], key=lambda token: (token.startswith("##"), token))


def _repeated(words: Mapping[str, int], singles: set[str]) -> Iterator[str]:
    """Each word as often as it occurs, but for those with a character that the vocabulary leaves out."""
    for word, count in sorted(words.items()):
        if all("##" * (place > 0) + character in singles for place, character in enumerate(word)):
            for start in range(0, count, _REPEATS_AT_ONCE):
                yield " ".join([word] * min(_REPEATS_AT_ONCE, count - start))
