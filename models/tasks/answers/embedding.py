"""The answer of a task that gives vectors."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Embedding:
    """The vector of a text.

    Attributes:
        vector: Of length 1, so that the dot product of two is their cosine.
    """

    vector: tuple[float, ...]
