"""How families keep their vocabularies in the folders that KerasHub and Hugging Face write."""

import json
import pathlib
from collections.abc import Mapping
from typing import Any, Protocol

from models.tokenisation.albert_text import AlbertText
from models.tokenisation.piece_model import PieceModel
from models.tokenisation.piece_vocabulary import PieceVocabulary
from models.tokenisation.sentence_pieces import SentencePieces
from models.tokenisation.vocabulary import Vocabulary, VocabularyError

Settings = Mapping[str, Any]
"""What a JSON file says: KerasHub's tokenizer.json under `config`, or Hugging Face's tokenizer_config.json."""


class VocabularyForm(Protocol):
    """The form of one kind of vocabulary.

    Attributes:
        asset: KerasHub's file, in `assets/tokenizer`.
        file: Hugging Face's file.
    """

    asset: str
    file: str

    def of_keras_hub(self, path: pathlib.Path, settings: Settings) -> PieceVocabulary:
        """Reads KerasHub's file."""

    def of_hugging_face(self, path: pathlib.Path, settings: Settings) -> PieceVocabulary:
        """Reads Hugging Face's file."""

    def of_tokenizer(self, tokenizer: Any) -> PieceVocabulary:
        """Takes the vocabulary from one of KerasHub's tokenisers."""


class WordPieceForm:
    """BERT's, DistilBERT's and ELECTRA's."""

    asset = "vocabulary.txt"
    file = "vocab.txt"
    _classes = ("BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer")

    def of_keras_hub(self, path: pathlib.Path, settings: Settings) -> Vocabulary:
        """Reads the word pieces."""
        return Vocabulary.from_file(path, lowercase=bool(settings.get("lowercase", False)))

    def of_hugging_face(self, path: pathlib.Path, settings: Settings) -> Vocabulary:
        """Reads the word pieces, if they are used as BERT uses them."""
        # Absent means True: BertTokenizer's own default.
        lowercase = bool(settings.get("do_lower_case", True))
        allowed = {
            "tokenizer_class": _or_fast(self._classes),
            "tokenize_chinese_chars": (None, True),
            "do_basic_tokenize": (None, True),
            "never_split": (None, []),
            "strip_accents": (None, lowercase),
        }
        _check_settings(settings, allowed)
        return Vocabulary.from_file(path, lowercase)

    def of_tokenizer(self, tokenizer: Any) -> Vocabulary:
        """Takes the word pieces."""
        return Vocabulary(tokens=tuple(tokenizer.get_vocabulary()), lowercase=bool(tokenizer.lowercase))


class AlbertForm:
    """ALBERT's: KerasHub leaves all to the model, Hugging Face lower-cases and drops accents before it."""

    asset = "vocabulary.spm"
    file = "spiece.model"

    def of_keras_hub(self, path: pathlib.Path, settings: Settings) -> SentencePieces:
        """Reads the model."""
        return SentencePieces.of_albert(_read(path))

    def of_hugging_face(self, path: pathlib.Path, settings: Settings) -> SentencePieces:
        """Reads the model, and what is done before it."""
        _check_settings(
            settings, {"tokenizer_class": _or_fast(["AlbertTokenizer"]), "add_prefix_space": (None, True), **_UNIGRAM}
        )
        # Hugging Face's own defaults.
        text = AlbertText(bool(settings.get("do_lower_case", True)), bool(settings.get("keep_accents", False)))
        return SentencePieces.of_albert(_read(path), text)

    def of_tokenizer(self, tokenizer: Any) -> SentencePieces:
        """Takes the model."""
        return SentencePieces.of_albert(PieceModel(tokenizer.proto, "the preset's SentencePiece model"))


class XlmRobertaForm:
    """XLM-RoBERTa's."""

    asset = "vocabulary.spm"
    file = "sentencepiece.bpe.model"

    def of_keras_hub(self, path: pathlib.Path, settings: Settings) -> SentencePieces:
        """Reads the model."""
        return SentencePieces.of_xlm_roberta(_read(path))

    def of_hugging_face(self, path: pathlib.Path, settings: Settings) -> SentencePieces:
        """Reads the model."""
        allowed = {"tokenizer_class": _or_fast(["XLMRobertaTokenizer"]), "add_prefix_space": (None, True), **_UNIGRAM}
        _check_settings(settings, allowed)
        return SentencePieces.of_xlm_roberta(_read(path))

    def of_tokenizer(self, tokenizer: Any) -> SentencePieces:
        """Takes the model."""
        return SentencePieces.of_xlm_roberta(PieceModel(tokenizer.proto, "the preset's SentencePiece model"))


_UNIGRAM: Mapping[str, tuple[Any, ...]] = {"sp_model_kwargs": (None, {})}


def _or_fast(classes: Any) -> tuple[Any, ...]:
    return None, *(name for each in classes for name in (each, f"{each}Fast"))


def _read(path: pathlib.Path) -> PieceModel:
    return PieceModel(path.read_bytes(), str(path))


def _check_settings(settings: Settings, allowed: Mapping[str, tuple[Any, ...]]) -> None:
    for name, values in allowed.items():
        if settings.get(name) not in values:
            raise VocabularyError(
                f"tokenizer_config.json: {name}: {json.dumps(settings[name])} is not supported; the tokeniser takes "
                f"{' or '.join(json.dumps(value) for value in values)}"
            )
