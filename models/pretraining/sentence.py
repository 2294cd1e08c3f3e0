"""A sentence and its words, as far as examples are put together by them."""

import dataclasses
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from models.tokenisation.text_encoder import TextEncoder

_SENTENCES_AT_ONCE = 4096


class Word(NamedTuple):
    """A word.

    Attributes:
        sentence: Where it stands.
        start: Its first character in the sentence's text.
        end: The character after its last one.
        num_pieces: Into how many pieces the vocabulary cuts it.
    """

    sentence: "Sentence"
    start: int
    end: int
    num_pieces: int


@dataclasses.dataclass(frozen=True, eq=False)
class Sentence:
    """A sentence.

    Attributes:
        text: Its text.
        bounds: Start, end and number of pieces of each word, int32 [words, 3].
        num_pieces: Those of all words.
    """

    text: str
    bounds: npt.NDArray[np.int32]
    num_pieces: int

    def words(self) -> Iterator[Word]:
        """The words, in order."""
        return (Word(self, *bounds) for bounds in self.bounds.tolist())

    def parts(self, max_pieces: int) -> Iterator[Self]:
        """The sentence, or, where it has more pieces, parts of it: so that nothing of a long one is left out."""
        if self.num_pieces <= max_pieces:
            yield self
            return
        ends = np.cumsum(self.bounds[:, 2])
        begin = 0
        while begin < len(ends):
            before = ends[begin - 1] if begin else 0
            end = max(begin + 1, int(np.searchsorted(ends, before + max_pieces, side="right")))
            yield dataclasses.replace(self, bounds=self.bounds[begin:end], num_pieces=int(ends[end - 1] - before))
            begin = end


def text_of(words: Iterable[Word]) -> str:
    """The text that words of consecutive sentences were found in, with a space between sentences."""
    runs = [list(run) for _, run in itertools.groupby(words, key=lambda word: id(word.sentence))]
    return " ".join(run[0].sentence.text[run[0].start : run[-1].end] for run in runs)


def located_sentences(texts: Sequence[str], encoder: "TextEncoder") -> list[Sentence]:
    """Finds the words of sentences, and counts their pieces, as the model will read them.

    Args:
        texts: The sentences.
        encoder: Tokenises.
    """
    return [
        sentence
        for start in range(0, len(texts), _SENTENCES_AT_ONCE)
        for sentence in _located(texts[start : start + _SENTENCES_AT_ONCE], encoder)
    ]


def _located(texts: Sequence[str], encoder: "TextEncoder") -> Iterator[Sentence]:
    import tensorflow as tf

    pieces = encoder.tokenize_with_offsets(tf.constant([text.encode() for text in texts], tf.string))
    begins = np.flatnonzero(pieces.begins_word.flat_values.numpy())
    limits = np.append(begins[1:], pieces.ids.flat_values.shape[0])
    starts, ends = pieces.starts.flat_values.numpy(), pieces.ends.flat_values.numpy()
    bounds = np.stack([starts[begins], ends[limits - 1], limits - begins], axis=1).astype(np.int32)
    row_splits = pieces.ids.row_splits.numpy()
    word_splits = np.searchsorted(begins, row_splits)
    for row, text in enumerate(texts):
        num_pieces = int(row_splits[row + 1] - row_splits[row])
        yield Sentence(text, bounds[word_splits[row] : word_splits[row + 1]], num_pieces)
