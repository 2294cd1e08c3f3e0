"""How far two models, or their answers, are apart."""

import dataclasses
import pathlib
from collections.abc import Iterator, Sequence
from typing import Any

from models.export.expected_answers import ExpectedAnswer


@dataclasses.dataclass(frozen=True)
class Difference:
    """How far two lots of values are apart.

    Attributes:
        values: How many were compared.
        largest: The largest difference of two numbers; None where the values are not of one form.
        others: How many that are no numbers, such as labels, differ.
    """

    values: int
    largest: float | None
    others: int = 0

    @property
    def is_equal(self) -> bool:
        """Whether there is none."""
        return self.largest == 0 and self.others == 0

    def __str__(self) -> str:
        if self.is_equal:
            return "equal"
        if self.largest is None:
            return "of another form"
        words = f"largest difference {self.largest:.3g}"
        return f"{words}, {self.others} of {self.values:,} values are others" if self.others else words


def difference_of_weights(one: pathlib.Path, other: pathlib.Path) -> Difference:
    """Compares the variables of two SavedModels, all of them.

    Args:
        one: A SavedModel.
        other: Another.
    """
    import numpy as np
    import tensorflow as tf

    readers = [tf.train.load_checkpoint(str(folder / "variables" / "variables")) for folder in (one, other)]
    shapes = [reader.get_variable_to_shape_map() for reader in readers]
    num_values, largest = 0, 0.0
    if shapes[0] != shapes[1]:
        return Difference(0, None)
    for name in shapes[0]:
        values = [np.asarray(reader.get_tensor(name)) for reader in readers]
        if values[0].dtype.kind in "OSU":
            # What TensorFlow notes of its own objects.
            continue
        num_values += values[0].size
        if values[0].size and values[0].tobytes() != values[1].tobytes():
            distance = np.abs(values[0].astype(np.float64) - values[1].astype(np.float64)).max()
            largest = max(largest, float(distance)) if np.isfinite(distance) else float("inf")
    return Difference(num_values, largest)


def difference_of_answers(one: Sequence[ExpectedAnswer], other: Sequence[ExpectedAnswer]) -> Difference:
    """Compares the answers of two networks to the same texts."""
    pairs = [list(_leaves([row.answer for row in rows])) for rows in (one, other)]
    if [row.texts for row in one] != [row.texts for row in other] or len(pairs[0]) != len(pairs[1]):
        return Difference(0, None)
    largest, others = 0.0, 0
    for first, second in zip(*pairs, strict=True):
        if isinstance(first, int | float) and isinstance(second, int | float):
            # Two that are not numbers (NaN) are equal where they are the same JSON.
            largest = max(largest, 0.0 if repr(first) == repr(second) else abs(first - second))
        else:
            others += first != second
    return Difference(len(pairs[0]), largest, others)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for name in sorted(value):
            yield name
            yield from _leaves(value[name])
    elif isinstance(value, list):
        for element in value:
            yield from _leaves(element)
    else:
        yield value
