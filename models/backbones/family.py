"""The families of encoders that KerasHub has: which can be used, and why others cannot."""

import dataclasses
from typing import Any

from models.user_error import UserError


@dataclasses.dataclass(frozen=True)
class Family:
    """One family.

    Attributes:
        name: What people call it.
        backbone: KerasHub's class.
        tokenizer: KerasHub's tokeniser class.
        model_type: What Hugging Face's config.json calls it.
        folder: Where KerasHub's sources keep it.
        obstacle: Why it cannot be used; empty where it can.
        converts: Whether KerasHub reads folders that Hugging Face wrote.
    """

    name: str
    backbone: str
    tokenizer: str
    model_type: str
    folder: str
    obstacle: str = ""
    converts: bool = True

    def class_of_backbone(self) -> Any:
        """KerasHub's class."""
        import keras_hub

        return getattr(keras_hub.models, self.backbone)


_SENTENCE_PIECES = (
    "its tokeniser cuts text into SentencePiece's units, and the served graph has BERT's word pieces only; choose a "
    "BERT, DistilBERT or ELECTRA, for many languages `bert_base_multi`"
)

FAMILIES = (
    Family("BERT", "BertBackbone", "BertTokenizer", "bert", "bert"),
    Family("DistilBERT", "DistilBertBackbone", "DistilBertTokenizer", "distilbert", "distil_bert"),
    Family("ELECTRA", "ElectraBackbone", "ElectraTokenizer", "electra", "electra", converts=False),
    Family("ALBERT", "AlbertBackbone", "AlbertTokenizer", "albert", "albert", _SENTENCE_PIECES),
    Family("XLM-RoBERTa", "XLMRobertaBackbone", "XLMRobertaTokenizer", "xlm-roberta", "xlm_roberta", _SENTENCE_PIECES),
    Family(
        "RoBERTa",
        "RobertaBackbone",
        "RobertaTokenizer",
        "roberta",
        "roberta",
        "its tokeniser merges pairs of bytes, and the served graph has BERT's word pieces only; choose a "
        "BERT, DistilBERT or ELECTRA",
    ),
)


def usable_families() -> tuple[Family, ...]:
    """Those whose texts the served graph can cut."""
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
    """The family that a config.json names, by KerasHub's class or Hugging Face's type; None for any other."""
    return next((family for family in FAMILIES if kind in (family.backbone, family.model_type)), None)
