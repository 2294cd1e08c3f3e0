"""Guesses the config section `model`: the preset, and how many word pieces of a text it reads."""

import contextlib
import os
import pathlib
import re
from collections.abc import Sequence
from typing import NamedTuple

from models.preset_folder import PresetError
from models.presets import BUNDLED, check_preset, load_vocabulary, preset_location
from pipeline.guess.config_path import config_path
from pipeline.guess.finding import Finding
from pipeline.guess.script import guess_script
from pipeline.guess.word_pieces import PieceCounter, count_by, count_without_vocabulary

_BUNDLED = next(iter(BUNDLED))
_DOWNLOADED = {
    "Chinese": ("bert_base_zh", "Chinese text; not bundled: the first run downloads KerasHub's preset, 0.4 GB"),
    "other": (
        "bert_base_multi",
        "the text is not in Latin script; not bundled: the first run downloads KerasHub's preset, 0.7 GB",
    ),
}
_MULTILINGUAL = _DOWNLOADED["other"][0]
_ENGLISH_PIECES = 1.7
"""Pieces of a word that an English vocabulary needs for other languages at least; English takes 1.3 on average."""
_WORD = re.compile(r"\w+")
_MAX_TEXTS = 2000
_COVERED = 0.99
_NUM_SPECIAL_TOKENS = 2
_LENGTHS = (*range(16, 128, 16), *range(128, 513, 32))


class ModelSection(NamedTuple):
    """The guessed section, with what the training's guesses need to know."""

    preset: str
    sequence_length: int
    findings: tuple[Finding, ...]

    @property
    def is_small(self) -> bool:
        """Whether the preset is the bundled one, which wants larger learning rates than a BERT of usual size."""
        return self.preset == _BUNDLED


def guess_model(texts: Sequence[str], preset: str | None, folder: pathlib.Path) -> ModelSection:
    """Chooses a preset for texts, and the length that holds nearly all of them.

    Args:
        texts: Texts of the train split; some of them are looked at.
        preset: The preset, where the user names it; a folder's path is taken from the working directory.
        folder: The config file's.

    Raises:
        UserError: There is no such preset.
    """
    if preset and preset not in BUNDLED and (pathlib.Path(preset) / "config.json").is_file():
        preset = os.path.abspath(preset)
    some = texts[:: -(-len(texts) // _MAX_TEXTS) or 1]
    chosen, reason = (preset, "as given") if preset else _preset_for(some)
    counter = _counter(chosen)
    lengths = [_NUM_SPECIAL_TOKENS + (counter or count_without_vocabulary())(text) for text in some]
    if chosen == _BUNDLED and not preset:
        reason += _doubt(some, lengths)
    length = _sequence_length(lengths)
    if preset:
        length = _longest_that_fits(preset, length)
    choice = f"{length} word pieces"
    return ModelSection(
        config_path(folder, chosen) if os.path.isabs(chosen) else chosen,
        length,
        (Finding("preset", chosen, reason), Finding("length", choice, _reason(lengths, length, counter is None))),
    )


def _reason(lengths: Sequence[int], length: int, is_estimate: bool) -> str:
    cut = sum(number > length for number in lengths)
    end = f"{cut / len(lengths):.1%} of the texts are cut" if cut else "no text is cut"
    median = sorted(lengths)[len(lengths) // 2]
    return f"{'estimated: ' * is_estimate}half of the texts have up to {median}, the longest {max(lengths)}; {end}"


def _preset_for(texts: Sequence[str]) -> tuple[str, str]:
    script = guess_script(texts)
    if script == "Latin":
        return _BUNDLED, "bundled, English; the text is in Latin script"
    return _DOWNLOADED[script]


def _doubt(texts: Sequence[str], lengths: Sequence[int]) -> str:
    num_words = sum(len(_WORD.findall(text)) for text in texts)
    share = (sum(lengths) - _NUM_SPECIAL_TOKENS * len(texts)) / max(1, num_words)
    if share < _ENGLISH_PIECES:
        return ""
    return (
        f"; its words break into {share:.1f} pieces, as those of other languages do: --preset {_MULTILINGUAL}, 0.7 GB "
        "to download, may do better"
    )


def _counter(preset: str) -> PieceCounter | None:
    """What counts word pieces by the preset's vocabulary; None where that would have to be downloaded."""
    location = preset_location(preset)
    if "://" in location or "/" not in location:
        return None
    return count_by(load_vocabulary(preset))


def _sequence_length(lengths: Sequence[int]) -> int:
    needed = sorted(lengths)[min(len(lengths) - 1, int(_COVERED * len(lengths)))]
    return next((length for length in _LENGTHS if length >= needed), _LENGTHS[-1])


def _longest_that_fits(preset: str, length: int) -> int:
    """The length, or a lower one if the preset has no positions for it."""
    check_preset(preset, _LENGTHS[0])
    fitting = _LENGTHS[0]
    for candidate in (*(other for other in _LENGTHS if other < length), length):
        with contextlib.suppress(PresetError):
            check_preset(preset, candidate)
            fitting = candidate
    return fitting
