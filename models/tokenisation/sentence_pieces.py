"""A SentencePiece vocabulary: the model that cuts texts, and the ids that a network was trained with."""

import dataclasses
import hashlib
from typing import TYPE_CHECKING

from models.tokenisation.albert_text import AlbertText
from models.tokenisation.piece_model import PieceModel

if TYPE_CHECKING:
    from models.tokenisation.sentence_piece_tokenizer import SentencePieceTokenizer


@dataclasses.dataclass(frozen=True)
class SentencePieces:
    """A model and how its ids become the network's.

    Attributes:
        model: The content of SentencePiece's file.
        size: The number of the network's ids.
        start_id: The id that begins an input.
        end_id: The id that ends each text.
        mask_id: The id of a hidden piece.
        unknown_id: The id of what the model cannot spell.
        model_unknown_id: The same in the model.
        shift: What is added to the model's ids of ordinary pieces.
        num_ends_between: How many end ids there are between the texts of a pair.
        text: What becomes of texts before the model gets them; None where that is all in the model.
    """

    model: bytes = dataclasses.field(repr=False)
    size: int
    start_id: int
    end_id: int
    mask_id: int
    unknown_id: int
    model_unknown_id: int
    shift: int = 0
    num_ends_between: int = 1
    text: AlbertText | None = None

    @classmethod
    def of_albert(cls, model: PieceModel, text: AlbertText | None = None) -> "SentencePieces":
        """ALBERT's ids are its model's, special tokens included.

        Args:
            model: SentencePiece's.
            text: As the attribute.

        Raises:
            VocabularyError: The model lacks one of them.
        """
        return cls(
            model.serialized(),
            size=len(model.tokens),
            start_id=model.id_of("[CLS]", "ALBERT"),
            end_id=model.id_of("[SEP]", "ALBERT"),
            mask_id=model.id_of("[MASK]", "ALBERT"),
            unknown_id=model.unknown_id,
            model_unknown_id=model.unknown_id,
            text=text,
        )

    @classmethod
    def of_xlm_roberta(cls, model: PieceModel) -> "SentencePieces":
        """XLM-RoBERTa's ids are fairseq's: `<s>`, `<pad>`, `</s>`, `<unk>`, the model's from its 4th on, `<mask>`."""
        size = len(model.tokens) + 2
        return cls(
            model.serialized(),
            size=size,
            start_id=0,
            end_id=2,
            mask_id=size - 1,
            unknown_id=3,
            model_unknown_id=model.unknown_id,
            shift=1,
            num_ends_between=2,
        )

    def whole_model(self) -> bytes:
        """The model that takes raw texts; `text` takes seconds to put into it."""
        if self.text is None:
            return self.model
        return self.text.put_into(PieceModel(self.model, "the preset's SentencePiece model")).serialized()

    @property
    def digest(self) -> str:
        """The same for the same model and ids; `repr` names all but the model."""
        return hashlib.blake2b(self.model + repr(self).encode(), digest_size=16).hexdigest()

    def build_tokenizer(self) -> "SentencePieceTokenizer":
        """The tokeniser of these pieces."""
        from models.tokenisation.sentence_piece_tokenizer import SentencePieceTokenizer

        return SentencePieceTokenizer(self)
