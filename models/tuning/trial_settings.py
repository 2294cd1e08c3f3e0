"""From the values that a trial tries to the config's sections that it trains with."""

import itertools
import math
from collections.abc import Iterator, Mapping
from typing import Any

import pydantic

from models.config import ModelConfig, TrainingConfig
from models.tasks.interface.task import Task
from models.training.loss_settings import fault_of_loss_settings
from models.tuning.config import Range, SpaceConfig, WholeRange

_DIGITS = 3
"""Significant digits of numbers that are tried: what a person would write into a config, and what was trained is
written whole."""

_TRAINING = tuple(TrainingConfig.model_fields)

Values = Mapping[str, Any]
"""What a trial tries, by the names of the space."""


def own_values(space: SpaceConfig, model: ModelConfig, training: TrainingConfig) -> dict[str, Any]:
    """What the config itself says of all that is tried out."""
    return {name: getattr(training if name in _TRAINING else model, name) for name in space.dimensions()}


def rounded(value: Any) -> Any:
    """A number as it is tried; anything else as it is."""
    if not isinstance(value, float) or value == 0:
        return value
    return round(value, _DIGITS - 1 - math.floor(math.log10(abs(value))))


def trial_settings(values: Values, model: ModelConfig, training: TrainingConfig) -> tuple[ModelConfig, TrainingConfig]:
    """The sections of a trial.

    Args:
        values: What it tries.
        model: The config's section.
        training: The config's section.

    Raises:
        pydantic.ValidationError: They do not go together.
    """
    of_training = {name: value for name, value in values.items() if name in _TRAINING}
    of_model = {name: value for name, value in values.items() if name not in _TRAINING}
    return (
        ModelConfig.model_validate({**model.model_dump(), **of_model}),
        TrainingConfig.model_validate({**training.model_dump(), **of_training}),
    )


def fault_of_space(space: SpaceConfig, model: ModelConfig, training: TrainingConfig, task: Task) -> str | None:
    """What is wrong with a space for the rest of its config.

    Returns:
        A sentence that begins with the field of the space; None where nothing is wrong.
    """
    if space.preset and model.scratch:
        return "preset: the model begins from scratch, without a preset; leave it out"
    dimensions = space.dimensions()
    for name, dimension in dimensions.items():
        for value in _ends(dimension):
            fault = _fault_of_value(name, value, model, training, task)
            if fault:
                return f"{name}: {fault}"
    return None


def tokenisations(space: SpaceConfig, model: ModelConfig) -> Iterator[ModelConfig]:
    """The `model` sections that texts are tokenised for: the config's own, then the others of a space."""
    yield model
    presets = dict.fromkeys([model.preset, *(space.preset or ())])
    lengths = dict.fromkeys([model.sequence_length, *(space.sequence_length or ())])
    for preset, length in itertools.product(presets, lengths):
        if (preset, length) != (model.preset, model.sequence_length):
            yield model.model_copy(update={"preset": preset, "sequence_length": length})


def _ends(dimension: Range | WholeRange | tuple[Any, ...]) -> tuple[Any, ...]:
    return dimension if isinstance(dimension, tuple) else (dimension.min, dimension.max)


def _fault_of_value(name: str, value: Any, model: ModelConfig, training: TrainingConfig, task: Task) -> str | None:
    section = "training" if name in _TRAINING else "model"
    try:
        its_model, its_training = trial_settings({name: value}, model, training)
    except pydantic.ValidationError as error:
        text = str(error.errors()[0]["msg"]).removeprefix("Value error, ").removeprefix(f"{name}: ")
        return f"{value!r} cannot be {section}.{name}: {text[:1].lower()}{text[1:]}"
    fault = fault_of_loss_settings(its_training, task)
    if name == "sequence_length":
        fault = task.fault_of_sequence_length(its_model.sequence_length)
    return fault.removeprefix(f"{name}: ") if fault else None
