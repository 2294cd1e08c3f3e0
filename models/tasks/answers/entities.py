"""The answer of a task that finds entities."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class FoundEntity:
    """A named entity of a text.

    Attributes:
        type: Such as `PER`.
        text: As it stands in the text.
        start: Where it begins, in characters (Unicode code points).
        end: Where it ends: the first character behind it.
        score: How sure the model is, from 0 to 1.
    """

    type: str
    text: str
    start: int
    end: int
    score: float


@dataclasses.dataclass(frozen=True)
class Entities:
    """The named entities of a text.

    Attributes:
        entities: In the order of their places.
    """

    entities: tuple[FoundEntity, ...]
