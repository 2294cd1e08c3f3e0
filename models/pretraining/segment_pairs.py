"""Pairs of segments for next-sentence prediction (Devlin et al. 2019, section 3.1 and appendix A.2)."""

import dataclasses
import random
from collections import deque
from collections.abc import Iterator, Sequence

from models.pretraining.sentence import Sentence, Word

Document = Sequence[Sentence]


@dataclasses.dataclass(frozen=True)
class Lengths:
    """How long examples are, in pieces without special tokens.

    Attributes:
        room: At most.
        short_fraction: Share of examples that are of a random shorter length, since requests are.
    """

    room: int
    short_fraction: float

    def draw(self, numbers: random.Random) -> int:
        """The length of an example."""
        return numbers.randint(2, self.room) if numbers.random() < self.short_fraction else self.room


@dataclasses.dataclass(frozen=True)
class SegmentPair:
    """Two segments.

    Attributes:
        first: The words of the first.
        second: Those of the second.
        is_next: Whether it follows the first in the same document.
    """

    first: Sequence[Word]
    second: Sequence[Word]
    is_next: bool


def segment_pairs(
    documents: Sequence[Document], index: int, lengths: Lengths, numbers: random.Random
) -> Iterator[SegmentPair]:
    """Yields pairs of segments whose first one is of one document.

    The second one goes on where the first ends, or, half of the time and where nothing follows, is taken from another
    document. What then would have followed begins the next pair.

    Args:
        documents: That document, and those from which others are taken.
        index: Which it is.
        lengths: How long both are together.
        numbers: Makes the choices.
    """
    sentences, begin = documents[index], 0
    while begin < len(sentences):
        target = lengths.draw(numbers)
        end = _end_of_run(sentences, begin, target)
        middle = begin + numbers.randint(1, max(1, end - begin - 1))
        first, second = sentences[begin:middle], sentences[middle:end]
        is_next = bool(second) and (len(documents) == 1 or numbers.random() < 0.5)
        if not is_next:
            second = _of_another(documents, index, target - _num_pieces(first), numbers)
        begin = end if is_next else middle
        if second:
            yield _shortened(first, second, is_next, lengths.room, numbers)


def _of_another(documents: Sequence[Document], index: int, target: int, numbers: random.Random) -> Sequence[Sentence]:
    """A run of sentences of another document; none where there is no other."""
    if len(documents) == 1:
        return ()
    other = numbers.randrange(len(documents) - 1)
    sentences = documents[other + (other >= index)]
    begin = numbers.randrange(len(sentences))
    return sentences[begin : _end_of_run(sentences, begin, target)]


def _end_of_run(sentences: Document, begin: int, target: int) -> int:
    """Where sentences end that have at least `target` pieces together; one of them at least."""
    end, num_pieces = begin + 1, sentences[begin].num_pieces
    while end < len(sentences) and num_pieces < target:
        num_pieces += sentences[end].num_pieces
        end += 1
    return end


def _num_pieces(sentences: Sequence[Sentence]) -> int:
    return sum(sentence.num_pieces for sentence in sentences)


def _shortened(
    first: Sequence[Sentence], second: Sequence[Sentence], is_next: bool, room: int, numbers: random.Random
) -> SegmentPair:
    """Takes words off the longer segment, at its beginning or end, until both have room."""
    sizes = [_num_pieces(first), _num_pieces(second)]
    words = [deque(word for sentence in segment for word in sentence.words()) for segment in (first, second)]
    while sum(sizes) > room:
        longer = sorted((0, 1), key=lambda side: sizes[side])[::-1]
        side = next((side for side in longer if len(words[side]) > 1), None)
        if side is None:
            # Two words of very many pieces: the packer cuts them.
            break
        word = words[side].popleft() if numbers.random() < 0.5 else words[side].pop()
        sizes[side] -= word.num_pieces
    return SegmentPair(tuple(words[0]), tuple(words[1]), is_next)
