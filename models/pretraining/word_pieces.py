"""The one kind of vocabulary that pre-training can hide and guess."""

from models.tokenisation.piece_vocabulary import PieceVocabulary
from models.tokenisation.vocabulary import Vocabulary
from models.user_error import UserError


def word_pieces(vocabulary: PieceVocabulary) -> Vocabulary:
    """Returns a vocabulary of BERT's word pieces as what it is.

    Raises:
        UserError: It is of SentencePiece's. Presets that must be downloaded are found out here, others much earlier.
    """
    if not isinstance(vocabulary, Vocabulary):
        raise UserError(
            "model.preset: masked_lm hides and guesses BERT's word pieces, and this preset has SentencePiece's units; "
            "choose a BERT, DistilBERT or ELECTRA, for many languages `bert_base_multi`"
        )
    return vocabulary
