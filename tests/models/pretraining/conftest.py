"""A small vocabulary with pieces that continue words, and its encoder."""

import pytest

from models.tokenisation.text_encoder import TextEncoder
from models.tokenisation.vocabulary import SPECIAL_TOKENS, Vocabulary

PIECES = ("[unused1]", "a", "b", "c", "un", "##aff", "##able", ".", "!", "中", "文", "the", "cat", "sat", "mat", "on")


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return Vocabulary((*SPECIAL_TOKENS, *PIECES), lowercase=True)


@pytest.fixture(scope="session")
def encoder(vocabulary: Vocabulary) -> TextEncoder:
    return TextEncoder(vocabulary, sequence_length=16)
