"""The answer of a task that finds an answer in a context."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class ContextSpan:
    """A part of a context.

    Attributes:
        text: As it stands there.
        start: Where it begins, in characters (Unicode code points).
        end: Where it ends: the first character behind it.
        score: The sum of the logits of its first and last word piece.
    """

    text: str
    start: int
    end: int
    score: float


@dataclasses.dataclass(frozen=True)
class ExtractedAnswer:
    """The answer to a question.

    Attributes:
        answer: None where the context does not hold one.
        best: The best parts of the context, whether or not the first is the answer.
        no_answer_score: The score of there being none, less that of the best part.
    """

    answer: ContextSpan | None
    best: tuple[ContextSpan, ...]
    no_answer_score: float
