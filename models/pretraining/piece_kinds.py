"""What each token of a vocabulary is, as pre-training sees it."""

import dataclasses
import functools
import re

import numpy as np
import numpy.typing as npt

from models.tokenisation.vocabulary import SPECIAL_TOKENS, Vocabulary

_UNUSED = re.compile(r"\[unused\d+\]")


@dataclasses.dataclass(frozen=True, eq=False)
class PieceKinds:
    """What each token is, bool [tokens].

    Attributes:
        is_ordinary: No special token, and no slot that a vocabulary leaves free.
        continues_word: Begins with `##`.
    """

    is_ordinary: npt.NDArray[np.bool_]
    continues_word: npt.NDArray[np.bool_]

    @classmethod
    @functools.lru_cache(maxsize=4)
    def of(cls, vocabulary: Vocabulary) -> "PieceKinds":
        """Looks at all tokens."""
        ordinary = [token not in SPECIAL_TOKENS and not _UNUSED.fullmatch(token) for token in vocabulary.tokens]
        continues = [token.startswith("##") for token in vocabulary.tokens]
        return cls(np.array(ordinary), np.array(continues))
