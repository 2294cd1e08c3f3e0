"""The answer of a task that fills masks."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Guess:
    """A word piece for a mask.

    Attributes:
        token: The word piece.
        score: Its probability.
    """

    token: str
    score: float


@dataclasses.dataclass(frozen=True)
class FilledText:
    """A text with its masks filled.

    Attributes:
        text: The text, with the likeliest guess in place of each mask.
        guesses: For each mask in turn, the likeliest first.
    """

    text: str
    guesses: tuple[tuple[Guess, ...], ...]
