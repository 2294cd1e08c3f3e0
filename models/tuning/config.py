"""The config section `tuning`: which settings are tried, how many, and by which rule they are chosen."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

import pydantic

from models.config import Section


class Range(Section):
    """Numbers between two, both included."""

    min: float = pydantic.Field(description="The least number.")
    max: float = pydantic.Field(description="The greatest number.")
    log: bool = pydantic.Field(
        default=False, description="Whether 1e-5 to 1e-4 is as wide as 1e-4 to 1e-3, as it is for learning rates."
    )

    @pydantic.model_validator(mode="after")
    def _min_is_less(self) -> Self:
        fault = _fault_of_ends(self.min, self.max)
        if not fault and self.log and self.min <= 0:
            fault = f"min: a logarithmic range is of numbers above 0, not from {self.min:g}"
        if fault:
            raise ValueError(fault)
        return self


class WholeRange(Section):
    """Whole numbers between two, both included."""

    min: int = pydantic.Field(description="The least number.")
    max: int = pydantic.Field(description="The greatest number.")

    @pydantic.model_validator(mode="after")
    def _min_is_less(self) -> Self:
        fault = _fault_of_ends(self.min, self.max)
        if fault:
            raise ValueError(fault)
        return self


def _fault_of_ends(least: float, greatest: float) -> str:
    return "" if least < greatest else f"min: {least:g} is not less than max, {greatest:g}"


def _list_or_range(value: Any) -> Any:
    if isinstance(value, list | tuple | Mapping | Section):
        return value
    raise ValueError("is a list of values, such as [16, 32], or a range, such as {min: 1, max: 4}")


def _list(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return value
    raise ValueError("is a list of values, such as [64, 128]")


def _kind(value: Any) -> str:
    return "list" if isinstance(value, list | tuple) else "range"


_NOT_EMPTY = pydantic.Field(min_length=1)
_Numbers = Annotated[
    Annotated[Annotated[tuple[float, ...], _NOT_EMPTY], pydantic.Tag("list")] | Annotated[Range, pydantic.Tag("range")],
    pydantic.Discriminator(_kind),
    pydantic.BeforeValidator(_list_or_range),
]
_WholeNumbers = Annotated[
    Annotated[Annotated[tuple[int, ...], _NOT_EMPTY], pydantic.Tag("list")]
    | Annotated[WholeRange, pydantic.Tag("range")],
    pydantic.Discriminator(_kind),
    pydantic.BeforeValidator(_list_or_range),
]


class SpaceConfig(Section):
    """What trials may differ in, each a list or a range; once one is named, those that are not stay as they are."""

    learning_rate: _Numbers | None = pydantic.Field(default=None, description="`training.learning_rate`.")
    epochs: _WholeNumbers | None = pydantic.Field(default=None, description="`training.epochs`.")
    batch_size: _WholeNumbers | None = pydantic.Field(default=None, description="`training.batch_size`.")
    warmup_fraction: _Numbers | None = pydantic.Field(default=None, description="`training.warmup_fraction`.")
    weight_decay: _Numbers | None = pydantic.Field(default=None, description="`training.weight_decay`.")
    label_smoothing: _Numbers | None = pydantic.Field(default=None, description="`training.label_smoothing`.")
    freeze: Annotated[tuple[str | int, ...], _NOT_EMPTY, pydantic.BeforeValidator(_list)] | None = pydantic.Field(
        default=None, description="`training.freeze`: such as [none, embeddings, 4]."
    )
    sequence_length: Annotated[tuple[int, ...], _NOT_EMPTY, pydantic.BeforeValidator(_list)] | None = pydantic.Field(
        default=None, description="`model.sequence_length`; the data are tokenised once for each."
    )
    preset: Annotated[tuple[str, ...], _NOT_EMPTY, pydantic.BeforeValidator(_list)] | None = pydantic.Field(
        default=None, description="`model.preset`; the data are tokenised once for each."
    )

    def dimensions(self) -> dict[str, Range | WholeRange | tuple[Any, ...]]:
        """What is tried out, by the field's name."""
        return {name: getattr(self, name) for name in type(self).model_fields if getattr(self, name) is not None}


_DEFAULT_SPACE = SpaceConfig(
    # From what suits a large BERT on many rows to what suits a small one on few.
    learning_rate=Range(min=1e-5, max=3e-4, log=True),
    # One epoch never won where this was tried, and early stopping shortens what is too long.
    epochs=WholeRange(min=2, max=6),
    batch_size=(16, 32),
)


class TuningConfig(Section):
    """What `bertline tune` tries out. No run reads it: what was found is written to `training` and `model`."""

    trials: int = pydantic.Field(
        default=12, ge=2, description="How many settings are tried; the first is always the config's own."
    )
    algorithm: Literal["quasi_random", "bayesian"] = pydantic.Field(
        default="quasi_random",
        description="How settings are chosen: by a sequence that fills the space evenly; or, after four of its points, "
        "by a model of the trials so far (a Gaussian process).",
    )
    seed: int = pydantic.Field(default=42, ge=1, description="The same seed chooses the same settings.")
    rows: int | None = pydantic.Field(
        default=None,
        ge=16,
        description="Trials train on so many rows of the train split at most, evenly spread over it; all by default. "
        "All are judged on the whole eval split.",
    )
    parallel_trials: Literal["auto"] | int = pydantic.Field(
        default="auto",
        description="Trials at a time, each in a process of its own. `auto`: as many as there are GPUs, each trial on "
        "one of them; one on a machine without.",
    )
    stop_hopeless: bool = pydantic.Field(
        default=False,
        description="End a trial early that half-way through its epochs is worse than three others or more all were "
        "after as many. Off by default: trainings that begin badly do end well.",
    )
    space: SpaceConfig = _DEFAULT_SPACE

    @pydantic.field_validator("parallel_trials", mode="before")
    @classmethod
    def _parallel_trials_are_a_number(cls, value: Any) -> Any:
        if value == "auto" or (isinstance(value, int) and not isinstance(value, bool) and value >= 1):
            return value
        raise ValueError("is auto or a number of trials, 1 or more")

    @pydantic.field_validator("space")
    @classmethod
    def _something_is_tried(cls, space: SpaceConfig) -> SpaceConfig:
        if not space.dimensions():
            raise ValueError("names nothing to try out; leave it out for the learning rate, epochs and batch size")
        return space
