"""The folder of an encoder as KerasHub or Hugging Face writes it, as far as it can be read without TensorFlow."""

import dataclasses
import json
import pathlib
from collections.abc import Mapping
from typing import Any

from models.backbones.family import Family, check_family, check_word_pieces, family_of, vocabulary_forms
from models.preset_code import foreign_code
from models.tokenisation.piece_vocabulary import PieceVocabulary
from models.tokenisation.vocabulary import VocabularyError
from models.tokenisation.vocabulary_form import VocabularyForm
from models.user_error import UserError

_ASSETS = pathlib.PurePath("assets") / "tokenizer"
"""Where KerasHub keeps a tokeniser's files."""


class PresetError(UserError):
    """A preset that cannot be loaded; the message says which and what to do."""


@dataclasses.dataclass(frozen=True)
class PresetFolder:
    """A folder with config.json, weights and a vocabulary.

    Attributes:
        path: The folder.
        preset: What the user calls it, for messages.
    """

    path: pathlib.Path
    preset: str

    def check(self, sequence_length: int, needs_word_pieces: bool = False) -> None:
        """Checks that an encoder is there whose parts fit each other.

        Args:
            sequence_length: Longest input in word pieces.
            needs_word_pieces: Whether the task needs a WordPiece vocabulary.

        Raises:
            UserError: A part is missing, is of another kind, or is too small.
        """
        family = self._family()
        rows, positions = self._embedding_sizes(family)
        if needs_word_pieces:
            check_word_pieces(family, f"preset {self.preset!r}")
        if family.vocabulary and family.vocabulary is not self._found_form():
            raise PresetError(
                f"preset {self.preset!r} is an encoder of the family {family.name}, whose vocabulary is in "
                f"{family.vocabulary.file}, or {_ASSETS / family.vocabulary.asset} beside KerasHub's tokenizer.json; "
                "there is none"
            )
        num_tokens = self.vocabulary().size
        if num_tokens > rows:
            raise PresetError(f"preset {self.preset!r}: its vocabulary has {num_tokens} tokens, its embedding {rows}")
        if sequence_length > positions:
            raise PresetError(
                f"model.sequence_length: preset {self.preset!r} has {positions} positions, fewer than {sequence_length}"
            )
        is_hugging_face = self._form_of_hugging_face() is not None
        expected = "model.safetensors" if is_hugging_face else "model.weights.h5"
        if not any(self.path.glob("*.safetensors" if is_hugging_face else "*.weights.h5")):
            raise PresetError(f"preset {self.preset!r}: {self.path} has no weights; expected is {expected}")

    def require_plain_config(self) -> None:
        """Refuses a folder whose config would have Keras load code.

        Raises:
            PresetError: It would, or there is no config.
        """
        self._read("config.json")

    def vocabulary(self) -> PieceVocabulary:
        """Reads the pieces, and what is done with texts before they are cut.

        Raises:
            UserError: There is no vocabulary, or it is not used as its family uses one.
        """
        form = self._form()
        try:
            if self._form_of_hugging_face():
                has_settings = (self.path / "tokenizer_config.json").is_file()
                settings = self._read("tokenizer_config.json") if has_settings else {}
                return form.of_hugging_face(self.path / form.file, settings)
            return form.of_keras_hub(self.path / _ASSETS / form.asset, self._read("tokenizer.json").get("config", {}))
        except VocabularyError as error:
            raise VocabularyError(f"preset {self.preset!r}: {error}") from error

    def _found_form(self) -> VocabularyForm | None:
        return self._form_of_hugging_face() or self._form_of_keras_hub()

    def _form(self) -> VocabularyForm:
        found = self._found_form()
        if found is None:
            files = ", ".join(form.file for form in vocabulary_forms())
            raise PresetError(
                f"preset {self.preset!r} has no vocabulary: none of {files}, as Hugging Face writes them, nor "
                f"KerasHub's tokenizer.json with {_ASSETS}"
            )
        return found

    def _form_of_hugging_face(self) -> VocabularyForm | None:
        return next((form for form in vocabulary_forms() if (self.path / form.file).is_file()), None)

    def _form_of_keras_hub(self) -> VocabularyForm | None:
        if not (self.path / "tokenizer.json").is_file():
            return None
        family = family_of(self._read("tokenizer.json").get("class_name"))
        form = family.vocabulary if family else None
        return form if form and (self.path / _ASSETS / form.asset).is_file() else None

    def _family(self) -> Family:
        config = self._read("config.json")
        kind = config.get("class_name" if _is_of_keras_hub(config) else "model_type")
        family = check_family(kind, f"preset {self.preset!r}")
        if not (_is_of_keras_hub(config) or family.converts):
            raise PresetError(
                f"preset {self.preset!r}: KerasHub cannot read an {family.name} in Hugging Face's form; take one of "
                "its own presets, or a folder that it wrote"
            )
        return family

    def _embedding_sizes(self, family: Family) -> tuple[int, int]:
        """The number of tokens and of positions that have an embedding."""
        config = self._read("config.json")
        unused = 0
        if _is_of_keras_hub(config):
            sizes = config["config"]
            # KerasHub's ELECTRA alone abbreviates it.
            names = ("vocab_size" if "vocab_size" in sizes else "vocabulary_size", "max_sequence_length")
        else:
            sizes, names, unused = config, ("vocab_size", "max_position_embeddings"), family.unused_positions
        missing = [name for name in names if not isinstance(sizes.get(name), int)]
        if missing:
            raise PresetError(f"preset {self.preset!r}: {self.path / 'config.json'} has no {' and no '.join(missing)}")
        rows, positions = (sizes[name] for name in names)
        return rows, positions - unused

    def _read(self, name: str) -> dict[str, Any]:
        try:
            values = json.loads((self.path / name).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise PresetError(f"preset {self.preset!r}: {self.path / name} cannot be read: {error}") from error
        if not isinstance(values, dict):
            raise PresetError(f"preset {self.preset!r}: {self.path / name} is not a JSON object")
        foreign = foreign_code(values)
        if foreign:
            raise PresetError(
                f"preset {self.preset!r}: {self.path / name} would have Keras load {foreign}; only classes of Keras "
                "and KerasHub are loaded, and no code is run that comes with a preset"
            )
        return values


def _is_of_keras_hub(config: Mapping[str, Any]) -> bool:
    return isinstance(config.get("config"), dict)
