"""Guesses the config section `model`: the preset, and how many word pieces of a text it reads."""

import contextlib
import os
import pathlib
import re
from collections.abc import Sequence
from typing import NamedTuple

from models.preset_folder import PresetError
from models.presets import BUNDLED, check_preset, load_vocabulary, preset_location
from models.tokenisation.vocabulary import Vocabulary
from pipeline.guess.config_path import config_path
from pipeline.guess.finding import Finding
from pipeline.guess.row_length import RowLength
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


class ModelSection(NamedTuple):
    """The guessed section, with what the training's guesses need to know."""

    preset: str
    sequence_length: int
    findings: tuple[Finding, ...]

    @property
    def is_small(self) -> bool:
        """Whether the preset is the bundled one, which wants larger learning rates than a BERT of usual size."""
        return self.preset == _BUNDLED


def guess_model(
    rows: Sequence[tuple[str, ...]], preset: str | None, folder: pathlib.Path, rule: RowLength
) -> ModelSection:
    """Chooses a preset for texts, and the length that holds nearly all of them.

    Args:
        rows: The texts of each row of the train split; some of them are looked at.
        preset: The preset, where the user names it; a folder's path is taken from the working directory.
        folder: The config file's.
        rule: How long rows are.

    Raises:
        UserError: There is no such preset.
    """
    if preset and preset not in BUNDLED and (pathlib.Path(preset) / "config.json").is_file():
        preset = os.path.abspath(preset)
    some = rows[:: -(-len(rows) // _MAX_TEXTS) or 1]
    texts = [text for row in some for text in row]
    chosen, reason = (preset, "as given") if preset else _preset_for(texts)
    known = _counter(chosen)
    count = known or count_without_vocabulary()
    lengths = [rule.of_row(row, count) for row in some]
    if chosen == _BUNDLED and not preset:
        reason += _doubt(texts, count)
    length = rule.enough_for(lengths)
    if preset:
        length = _longest_that_fits(preset, length)
    choice = f"{length} word pieces"
    return ModelSection(
        config_path(folder, chosen) if os.path.isabs(chosen) else chosen,
        length,
        (Finding("preset", chosen, reason), Finding("length", choice, _reason(lengths, length, known is None, rule))),
    )


def _reason(lengths: Sequence[int], length: int, is_estimate: bool, rule: RowLength) -> str:
    cut = sum(number > length for number in lengths)
    end = f"{cut / len(lengths):.1%} of the texts are {rule.of_longer}" if cut else f"no text is {rule.of_longer}"
    median = sorted(lengths)[len(lengths) // 2]
    return f"{'estimated: ' * is_estimate}half of the texts have up to {median}, the longest {max(lengths)}; {end}"


def _preset_for(texts: Sequence[str]) -> tuple[str, str]:
    script = guess_script(texts)
    if script == "Latin":
        return _BUNDLED, "bundled, English; the text is in Latin script"
    return _DOWNLOADED[script]


def _doubt(texts: Sequence[str], count: PieceCounter) -> str:
    num_words = sum(len(_WORD.findall(text)) for text in texts)
    share = sum(map(count, texts)) / max(1, num_words)
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
    vocabulary = load_vocabulary(preset)
    # Of SentencePiece's units an estimate has to do.
    return count_by(vocabulary) if isinstance(vocabulary, Vocabulary) else count_without_vocabulary()


def _longest_that_fits(preset: str, length: int) -> int:
    """The length, or a lower one if the preset has no positions for it."""
    shortest = RowLength().least
    check_preset(preset, shortest)
    fitting = shortest
    for candidate in (*(other for other in RowLength().choices() if other < length), length):
        with contextlib.suppress(PresetError):
            check_preset(preset, candidate)
            fitting = candidate
    return fitting
