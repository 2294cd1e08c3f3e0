"""What can be seen in a moment of the preset that a config names: without TensorFlow and the network."""

import pathlib

from models.backbones.family import check_family, check_word_pieces
from models.config import ScratchConfig
from models.preset_folder import PresetFolder
from models.presets import BUNDLED, check_scratch, preset_location
from models.user_error import UserError
from pipeline.config_files.fields import nearest
from pipeline.config_files.keras_hub_presets import keras_hub_presets


def check_named_preset(preset: str, sequence_length: int, needs_word_pieces: bool = False) -> None:
    """Checks a bundled preset, one in a folder, and the name of any other; one that a URI names is not looked at.

    Args:
        preset: `ModelConfig.source`.
        sequence_length: Longest input in word pieces.
        needs_word_pieces: Whether the task needs a WordPiece vocabulary.

    Raises:
        UserError: There is none, its parts do not fit each other, its inputs are shorter, or its pieces are of another
            kind.
    """
    scratch = ScratchConfig.of_source(preset)
    if scratch:
        check_scratch(scratch)
        return
    folder = pathlib.Path(preset_location(preset))
    if folder.is_dir():
        PresetFolder(folder, preset).check(sequence_length, needs_word_pieces)
        return
    known = keras_hub_presets()
    if preset in known:
        family = check_family(known[preset].family.backbone, preset)
        if needs_word_pieces:
            check_word_pieces(family, preset)
    if "://" not in preset and known and preset not in known:
        close = nearest(preset, (*BUNDLED, *known))
        raise UserError(f"there is no preset {preset!r}{f'; did you mean {close!r}?' if close else ''}")
