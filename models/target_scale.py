"""The scale of numeric targets: networks learn numbers of mean 0 and deviation 1, users are served their own."""

import dataclasses
import math
from collections.abc import Iterable, Mapping
from typing import Self

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray


@dataclasses.dataclass(frozen=True)
class TargetScale:
    """Mean and standard deviation of numbers.

    Attributes:
        mean: In the user's units.
        deviation: Likewise; 0 where all numbers are the same.
    """

    mean: float
    deviation: float

    @classmethod
    def of_blocks(cls, blocks: Iterable[NDArray[np.float32]]) -> Self:
        """That of all numbers in some blocks, [n] each, at least one number altogether.

        Merged by the method of Chan, Golub and LeVeque (1979): the plain sum of squares loses numbers that are far from
        0 and near to each other. Counted from the first number, so that rounding makes no deviation of equal ones.
        """
        count, origin, mean, squares = 0, 0.0, 0.0, 0.0
        for block in blocks:
            if len(block):
                origin = origin if count else float(block[0])
                values = block.astype(np.float64) - origin
                difference, total = values.mean() - mean, count + len(values)
                squares += np.square(values - values.mean()).sum() + difference**2 * count * len(values) / total
                mean, count = mean + difference * len(values) / total, total
        return cls(float(origin + mean), math.sqrt(squares / count))

    @classmethod
    def of_numbers(cls, numbers: Mapping[str, tuple[float, ...]]) -> Self:
        """The inverse of `to_numbers`."""
        return cls(numbers["target_mean"][0], numbers["target_deviation"][0])

    def to_numbers(self) -> dict[str, tuple[float, ...]]:
        """As facts."""
        return {"target_mean": (self.mean,), "target_deviation": (self.deviation,)}

    def standardised(self, values: tf.Tensor) -> tf.Tensor:
        """What the network learns, float32, for numbers in the user's units."""
        return tf.cast((tf.cast(values, tf.float64) - self.mean) / self.deviation, tf.float32)

    def restored(self, outputs: tf.Tensor) -> tf.Tensor:
        """Numbers in the user's units, float32, for the network's outputs."""
        return tf.cast(tf.cast(outputs, tf.float64) * self.deviation + self.mean, tf.float32)
