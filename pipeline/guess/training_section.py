"""Guesses the config section `training` by the number of rows."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pipeline.guess.finding import Finding


class TrainingSection(NamedTuple):
    """The guessed section."""

    epochs: int
    batch_size: int
    learning_rate: float


_BY_ROWS: tuple[tuple[float, TrainingSection, float], ...] = (
    (2_000, TrainingSection(8, 16, 2e-4), 5e-5),
    (20_000, TrainingSection(4, 32, 1e-4), 3e-5),
    (100_000, TrainingSection(3, 32, 5e-5), 2e-5),
    (float("inf"), TrainingSection(2, 64, 5e-5), 2e-5),
)
"""Fewer rows than the first number: the section for the small bundled model, the learning rate for larger ones."""


def guess_training(num_rows: int, is_small_model: bool, of_task: Mapping[str, Any]) -> tuple[TrainingSection, Finding]:
    """Returns the section, and the finding on it.

    Args:
        num_rows: Rows of the train split.
        is_small_model: Whether it is the bundled model, which wants larger learning rates than a BERT of usual size.
        of_task: What the task has otherwise than others.
    """
    section, rate = next((section, rate) for most, section, rate in _BY_ROWS if num_rows < most)
    if not is_small_model:
        section = section._replace(learning_rate=rate)
    section = section._replace(**of_task)
    choice = f"{section.epochs} epochs, batches of {section.batch_size}, learning rate {section.learning_rate:g}"
    return section, Finding(
        "training", choice, f"usual for about {num_rows:,} rows{' of this task' if of_task else ''}"
    )
