"""Examples made of documents: pairs of segments, or segments full of text."""

import hashlib
import random
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from models.pretraining.full_segments import full_segments
from models.pretraining.options import PretrainingOptions
from models.pretraining.segment_pairs import Document, Lengths, segment_pairs
from models.pretraining.sentence import Sentence, located_sentences, text_of
from models.pretraining.sentences import split_sentences
from models.pretraining.word_pieces import word_pieces
from models.tasks.interface.contract import Features

if TYPE_CHECKING:
    from models.tokenisation.text_encoder import TextEncoder

NEXT, RANDOM = b"next", b"random"
"""What the second segment of an example is."""


def expand_documents(
    rows: Sequence[Features], encoder: "TextEncoder", options: PretrainingOptions
) -> Iterator[Features]:
    """Yields examples; equal rows give equal examples, whichever worker makes them.

    Args:
        rows: Documents: `text`, and the columns that are kept beside it.
        encoder: Counts pieces.
        options: What an example is.

    Yields:
        `text`, and with next-sentence prediction `text_pair` and `relation`; the other columns of the document that
        `text` is of.
    """
    word_pieces(encoder.vocabulary)
    numbers = random.Random(_seed(rows))  # noqa: S311 (nothing secret)
    special_tokens = 3 if options.next_sentence else 2
    lengths = Lengths(encoder.sequence_length - special_tokens, options.short_fraction)
    documents_of_rows = zip(rows, _documents(rows, encoder, lengths.room), strict=True)
    given = [(row, document) for row, document in documents_of_rows if document]
    documents = [document for _, document in given]
    for _ in range(options.copies):
        for index, (row, document) in enumerate(given):
            if options.next_sentence:
                for pair in segment_pairs(documents, index, lengths, numbers):
                    segments = {"text": text_of(pair.first).encode(), "text_pair": text_of(pair.second).encode()}
                    yield {**row, **segments, "relation": NEXT if pair.is_next else RANDOM}
            else:
                for words in full_segments(document, lengths, numbers):
                    yield {**row, "text": text_of(words).encode()}


def _documents(rows: Sequence[Features], encoder: "TextEncoder", room: int) -> list[Document]:
    """The sentences of each row that have any pieces; long ones in parts."""
    texts = [split_sentences(_text(row).decode()) for row in rows]
    located = iter(located_sentences([sentence for document in texts for sentence in document], encoder))
    return [[part for _ in document for part in _parts(next(located), room)] for document in texts]


def _parts(sentence: Sentence, room: int) -> Iterator[Sentence]:
    return sentence.parts(room) if sentence.num_pieces else iter(())


def _seed(rows: Sequence[Features]) -> int:
    digest = hashlib.blake2b(digest_size=8, person=b"pre-training")
    for row in rows:
        text = _text(row)
        digest.update(len(text).to_bytes(8, "big") + text)
    return int.from_bytes(digest.digest(), "big")


def _text(row: Features) -> bytes:
    text = row["text"]
    return text if isinstance(text, bytes) else b""
