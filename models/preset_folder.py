"""The folder of a BERT as KerasHub or Hugging Face writes it, as far as it can be read without TensorFlow."""

import dataclasses
import json
import pathlib
from typing import Any

from models.backbones.family import check_family, usable_families
from models.tokenisation.vocabulary import Vocabulary, VocabularyError
from models.user_error import UserError

_PLAIN_TOKENIZER: dict[str, tuple[Any, ...]] = {
    "tokenizer_class": (
        None,
        *("BertTokenizer", "BertTokenizerFast"),
        *("DistilBertTokenizer", "DistilBertTokenizerFast"),
        *("ElectraTokenizer", "ElectraTokenizerFast"),
    ),
    "tokenize_chinese_chars": (None, True),
    "do_basic_tokenize": (None, True),
    "never_split": (None, []),
}
"""The values of Hugging Face's tokeniser settings under which it cuts text as BERT does; absent counts as None."""


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

    def check(self, sequence_length: int) -> None:
        """Checks that a BERT is there whose parts fit each other.

        Args:
            sequence_length: Longest input in word pieces.

        Raises:
            UserError: A part is missing, is no BERT's, or is too small.
        """
        rows, positions = self._embedding_sizes()
        num_tokens = self.vocabulary().size
        if num_tokens > rows:
            raise PresetError(f"preset {self.preset!r}: its vocabulary has {num_tokens} tokens, its embedding {rows}")
        if sequence_length > positions:
            raise PresetError(
                f"model.sequence_length: preset {self.preset!r} has {positions} positions, fewer than {sequence_length}"
            )
        expected = "model.safetensors" if self._is_hugging_face() else "model.weights.h5"
        if not any(self.path.glob("*.safetensors" if self._is_hugging_face() else "*.weights.h5")):
            raise PresetError(f"preset {self.preset!r}: {self.path} has no weights; expected is {expected}")

    def vocabulary(self) -> Vocabulary:
        """Reads the word pieces, and whether texts are lower-cased.

        Raises:
            UserError: There is no vocabulary, or it is not used as BERT uses one.
        """
        if self._is_hugging_face():
            return Vocabulary.from_file(self.path / "vocab.txt", lowercase=self._lowercase_of_hugging_face())
        file = self.path / "assets" / "tokenizer" / "vocabulary.txt"
        tokenizer = self._read("tokenizer.json") if file.is_file() else {}
        if tokenizer.get("class_name") not in [family.tokenizer for family in usable_families()]:
            raise PresetError(
                f"preset {self.preset!r} has no BERT vocabulary: neither vocab.txt, as Hugging Face writes it, nor "
                "KerasHub's BertTokenizer (tokenizer.json with assets/tokenizer/vocabulary.txt)"
            )
        return Vocabulary.from_file(file, lowercase=bool(tokenizer.get("config", {}).get("lowercase", False)))

    def _is_hugging_face(self) -> bool:
        return (self.path / "vocab.txt").is_file()

    def _embedding_sizes(self) -> tuple[int, int]:
        """The number of tokens and of positions that have an embedding."""
        config = self._read("config.json")
        is_keras_hub = isinstance(config.get("config"), dict)
        family = check_family(config.get("class_name" if is_keras_hub else "model_type"), f"preset {self.preset!r}")
        if not (is_keras_hub or family.converts):
            raise PresetError(
                f"preset {self.preset!r}: KerasHub cannot read an {family.name} in Hugging Face's form; take one of "
                "its own presets, or a folder that it wrote"
            )
        if is_keras_hub:
            sizes = config["config"]
            # KerasHub's ELECTRA alone abbreviates it.
            names = ("vocab_size" if "vocab_size" in sizes else "vocabulary_size", "max_sequence_length")
        else:
            sizes, names = config, ("vocab_size", "max_position_embeddings")
        missing = [name for name in names if not isinstance(sizes.get(name), int)]
        if missing:
            raise PresetError(f"preset {self.preset!r}: {self.path / 'config.json'} has no {' and no '.join(missing)}")
        rows, positions = (sizes[name] for name in names)
        return rows, positions

    def _lowercase_of_hugging_face(self) -> bool:
        settings = self._read("tokenizer_config.json") if (self.path / "tokenizer_config.json").is_file() else {}
        # Absent means True: BertTokenizer's own default.
        lowercase = bool(settings.get("do_lower_case", True))
        allowed = {**_PLAIN_TOKENIZER, "strip_accents": (None, lowercase)}
        for name, values in allowed.items():
            if settings.get(name) not in values:
                raise VocabularyError(
                    f"preset {self.preset!r}: tokenizer_config.json: {name}: {json.dumps(settings[name])} is not "
                    f"supported; the tokeniser takes {' or '.join(json.dumps(value) for value in values)}"
                )
        return lowercase

    def _read(self, name: str) -> dict[str, Any]:
        try:
            values = json.loads((self.path / name).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise PresetError(f"preset {self.preset!r}: {self.path / name} cannot be read: {error}") from error
        if not isinstance(values, dict):
            raise PresetError(f"preset {self.preset!r}: {self.path / name} is not a JSON object")
        return values
