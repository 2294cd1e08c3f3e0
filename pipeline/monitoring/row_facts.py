"""What is compared of a row: facts about its texts, and of what was answered to them."""

import dataclasses

from models.tasks.interface.watched_answer import WatchedAnswer


@dataclasses.dataclass(frozen=True)
class TextFacts:
    """What the texts of one row are like.

    Attributes:
        num_pieces: Their word pieces, without special tokens.
        unknown: The share of these that the vocabulary cannot spell.
        pieces: The ids of the different ones.
    """

    num_pieces: int
    unknown: float
    pieces: tuple[int, ...]


@dataclasses.dataclass(frozen=True)
class Reference:
    """What a model was made of, or a sample of that.

    Attributes:
        texts: The train split's.
        answers: What the model answers to rows that it was not trained on.
    """

    texts: tuple[TextFacts, ...]
    answers: tuple[WatchedAnswer, ...]


@dataclasses.dataclass(frozen=True)
class Served:
    """What a model was asked in a window of time, and what it answered; equal texts once, or a sample of these.

    Attributes:
        texts: The texts that were asked.
        answers: The answers, one for each text.
    """

    texts: tuple[TextFacts, ...]
    answers: tuple[WatchedAnswer, ...]
