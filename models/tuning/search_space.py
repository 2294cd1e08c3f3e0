"""A space as keras-tuner takes it."""

from collections.abc import Mapping
from typing import Any

import keras_tuner

from models.tuning.config import Range, SpaceConfig, WholeRange
from models.tuning.trial_settings import rounded


class SearchSpace:
    """Knows what keras-tuner calls the values of a space."""

    def __init__(self, space: SpaceConfig, own: Mapping[str, Any]) -> None:
        """Reads a space.

        Args:
            space: The config's.
            own: The config's own values of it.
        """
        self._own = dict(own)
        self._dimensions = space.dimensions()

    def hyperparameters(self) -> Any:
        """The space as keras-tuner's `HyperParameters`, with the config's own values as defaults."""
        found = keras_tuner.HyperParameters()
        for name, dimension in self._dimensions.items():
            if isinstance(dimension, Range):
                sampling = "log" if dimension.log else "linear"
                found.Float(name, dimension.min, dimension.max, sampling=sampling)
            elif isinstance(dimension, WholeRange):
                found.Int(name, dimension.min, dimension.max)
            else:
                found.Choice(name, _encoded(dimension))
        return found

    def own(self) -> dict[str, Any]:
        """The config's own values."""
        return dict(self._own)

    def encoded(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Values in keras-tuner's words.

        The config's own may be outside of the space, where keras-tuner has no place for a trial: the nearest value of
        the space stands for it, or the first of a list of words.
        """
        return {name: _in_dimension(values[name], dimension) for name, dimension in self._dimensions.items()}

    def decoded(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The inverse of `encoded`; numbers of ranges are rounded to what is tried."""
        found: dict[str, Any] = {}
        for name, dimension in self._dimensions.items():
            if isinstance(dimension, tuple):
                found[name] = dimension[_encoded(dimension).index(values[name])]
            else:
                found[name] = rounded(values[name])
        return found


def _in_dimension(value: Any, dimension: Range | WholeRange | tuple[Any, ...]) -> Any:
    if isinstance(dimension, tuple):
        return _encoded(dimension)[dimension.index(_nearest(value, dimension))]
    return min(max(value, dimension.min), dimension.max)


def _nearest(value: Any, values: tuple[Any, ...]) -> Any:
    if value in values:
        return value
    numbers = [each for each in values if isinstance(each, int | float)]
    return min(numbers, key=lambda each: abs(each - value)) if numbers and not isinstance(value, str) else values[0]


def _encoded(values: tuple[Any, ...]) -> list[Any]:
    """Values of one type, as keras-tuner wants a list's."""
    return list(values) if len({type(value) for value in values}) == 1 else [str(value) for value in values]
