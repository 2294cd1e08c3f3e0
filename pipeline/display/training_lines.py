"""A training in progress, in lines: its bar and position, its metrics, its last validation."""

from rich.text import Text

from pipeline.display.fitted_line import Part, fitted_line, shortened
from pipeline.display.run_state import Training
from pipeline.display.signs import STYLES, Signs
from pipeline.display.training_parts import (
    position_parts,
    running_metric_parts,
    speed_parts,
    time_left_parts,
    validation_parts,
)

_MIN_BAR, _MAX_BAR = 8, 40
_MAX_TOLD = 6
"""Lines of trainings that are over; the latest say the most."""


def training_lines(training: Training, width: int, signs: Signs) -> list[Text]:
    """Draws a training.

    Args:
        training: How far it is.
        width: Cells of a line at most.
        signs: What the terminal can show.
    """
    sentences = [*training.told[-_MAX_TOLD:], training.sentence]
    lines = [Text(shortened(sentence, width, signs.ellipsis)) for sentence in sentences]
    progress, validated = training.progress, training.validated
    if progress:
        position = fitted_line([*position_parts(progress), *time_left_parts(progress)], width)
        # As if all digits of the step were there already: the bar keeps its width.
        missing_digits = max(len(str(progress.total_steps)) - len(str(progress.step)), 0)
        room = width - position.cell_len - missing_digits - 2
        bar = _bar(progress.step / max(progress.total_steps, 1), room, signs)
        lines.append(Text.assemble(bar, "  " if bar else "", position))
        lines.append(fitted_line([*running_metric_parts(progress), *speed_parts(progress)], width))
    if validated:
        epoch = Part(f"after epoch {validated.epoch}", 2)
        lines.append(fitted_line([epoch, *validation_parts(validated)], width))
    return [line for line in lines if line]


def _bar(fraction: float, room: int, signs: Signs) -> Text:
    width = min(room, _MAX_BAR)
    if width < _MIN_BAR:
        return Text()
    full, empty = signs.bar
    num_full = int(min(max(fraction, 0), 1) * width)
    return Text.assemble((full * num_full, STYLES["done"]), empty * (width - num_full))
