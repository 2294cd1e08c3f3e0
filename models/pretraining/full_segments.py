"""Segments that are full of one document's text, without next-sentence prediction (Liu et al. 2019, section 4.2)."""

import random
from collections.abc import Iterator, Sequence

from models.pretraining.segment_pairs import Document, Lengths
from models.pretraining.sentence import Word


def full_segments(document: Document, lengths: Lengths, numbers: random.Random) -> Iterator[Sequence[Word]]:
    """Yields a document's words in runs that fill an example; each word occurs once.

    Args:
        document: The sentences.
        lengths: How long runs are.
        numbers: Draws lengths.
    """
    run, num_pieces, target = list[Word](), 0, lengths.draw(numbers)
    for sentence in document:
        for word in sentence.words():
            if run and num_pieces + word.num_pieces > target:
                yield run
                run, num_pieces, target = [], 0, lengths.draw(numbers)
            run.append(word)
            num_pieces += word.num_pieces
    if run:
        yield run
