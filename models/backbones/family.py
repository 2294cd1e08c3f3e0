"""The families of encoders that KerasHub has: which can be used, and why others cannot."""

import dataclasses
from typing import Any

from models.tokenisation.vocabulary_form import AlbertForm, VocabularyForm, WordPieceForm, XlmRobertaForm
from models.user_error import UserError

WORD_PIECES: VocabularyForm = WordPieceForm()
_ALBERT: VocabularyForm = AlbertForm()
_XLM_ROBERTA: VocabularyForm = XlmRobertaForm()


@dataclasses.dataclass(frozen=True)
class Family:
    """One family.

    Attributes:
        name: What people call it.
        backbone: KerasHub's class.
        tokenizer: KerasHub's tokeniser class.
        model_type: What Hugging Face's config.json calls it.
        folder: Where KerasHub's sources keep it.
        vocabulary: How its vocabulary is kept; None where it cannot be used.
        obstacle: Why it cannot be used; empty where it can.
        converts: Whether KerasHub reads folders that Hugging Face wrote.
        unused_positions: Rows of Hugging Face's position embedding that no input has.
        pooling: The activation with which the first token is pooled where the preset has no layer for that.
    """

    name: str
    backbone: str
    tokenizer: str
    model_type: str
    folder: str
    vocabulary: VocabularyForm | None = WORD_PIECES
    _: dataclasses.KW_ONLY
    obstacle: str = ""
    converts: bool = True
    unused_positions: int = 0
    pooling: str = "tanh"

    def class_of_backbone(self) -> Any:
        """KerasHub's class."""
        import keras_hub

        return getattr(keras_hub.models, self.backbone)


FAMILIES = (
    Family("BERT", "BertBackbone", "BertTokenizer", "bert", "bert"),
    # Sanh et al. 2019 fine-tune it with ReLU.
    Family("DistilBERT", "DistilBertBackbone", "DistilBertTokenizer", "distilbert", "distil_bert", pooling="relu"),
    Family("ELECTRA", "ElectraBackbone", "ElectraTokenizer", "electra", "electra", converts=False),
    Family("ALBERT", "AlbertBackbone", "AlbertTokenizer", "albert", "albert", _ALBERT),
    Family(
        "XLM-RoBERTa",
        "XLMRobertaBackbone",
        "XLMRobertaTokenizer",
        "xlm-roberta",
        "xlm_roberta",
        _XLM_ROBERTA,
        # Its positions are counted from the id of padding on.
        unused_positions=2,
    ),
    Family(
        "RoBERTa",
        "RobertaBackbone",
        "RobertaTokenizer",
        "roberta",
        "roberta",
        None,
        obstacle="its tokeniser merges pairs of bytes, for which TensorFlow has no op that tells where the pieces lie; "
        "choose a BERT, DistilBERT, ELECTRA, ALBERT or XLM-RoBERTa",
    ),
)


def vocabulary_forms() -> tuple[VocabularyForm, ...]:
    """Each form once."""
    return tuple(dict.fromkeys(family.vocabulary for family in FAMILIES if family.vocabulary))


def usable_families() -> tuple[Family, ...]:
    """Those whose texts a graph can cut."""
    return tuple(family for family in FAMILIES if not family.obstacle)


def check_family(kind: Any, subject: str) -> Family:
    """Returns the family that a config.json names.

    Args:
        kind: KerasHub's class or Hugging Face's type.
        subject: What is of this kind, for messages.

    Raises:
        UserError: It cannot be used; the message says why.
    """
    family = family_of(kind)
    if family is None:
        usable = ", ".join(known.name for known in usable_families())
        raise UserError(f"{subject} is of {kind!r}; the encoders that can be used are {usable}")
    if family.obstacle:
        raise UserError(f"{subject} is an encoder of the family {family.name}: {family.obstacle}")
    return family


def family_of(kind: Any) -> Family | None:
    """The family of KerasHub's class, of a backbone or tokeniser, or of Hugging Face's type; None for any other."""
    return next((each for each in FAMILIES if kind in (each.backbone, each.tokenizer, each.model_type)), None)


def check_word_pieces(family: Family, subject: str) -> None:
    """Checks that a family has BERT's word pieces, for tasks that do more with them than read them.

    Args:
        family: The family.
        subject: What is of it, for the message.

    Raises:
        UserError: It has SentencePiece's.
    """
    if family.vocabulary is not WORD_PIECES:
        raise UserError(
            f"{subject} is an encoder of the family {family.name}, with SentencePiece's units, and this task hides and "
            "guesses BERT's word pieces; choose a BERT, DistilBERT or ELECTRA, for many languages `bert_base_multi`"
        )
