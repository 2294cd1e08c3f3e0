"""What word pieces are called."""

from collections.abc import Iterable

from models.presets import load_vocabulary
from models.tokenisation.piece_model import PieceModel
from models.tokenisation.sentence_pieces import SentencePieces
from models.tokenisation.vocabulary import Vocabulary


def piece_names(preset: str, ids: Iterable[int]) -> tuple[str, ...]:
    """The pieces as their vocabulary writes them; an id that is none of its own pieces' is a number.

    Args:
        preset: Whose vocabulary it is.
        ids: The network's.
    """
    vocabulary = load_vocabulary(preset)
    names: dict[int, str] = {}
    if isinstance(vocabulary, Vocabulary):
        names = dict(enumerate(vocabulary.tokens))
    elif isinstance(vocabulary, SentencePieces):
        tokens = PieceModel(vocabulary.model, preset).tokens
        names = {number + vocabulary.shift: token for number, token in enumerate(tokens)}
    return tuple(names.get(number, str(number)) for number in ids)
