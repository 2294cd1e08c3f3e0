"""How sure a metric is, from its values with a group of rows left out."""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from components.evaluator.verdict import Interval


@dataclasses.dataclass(frozen=True)
class LeftOut:
    """What a metric would be without one group of rows after the other.

    Attributes:
        sizes: Rows of each group; all above 0.
        values: Without each group; None or NaN where there would be no value.
    """

    sizes: tuple[int, ...]
    values: tuple[Any, ...]

    def to_array(self) -> np.ndarray:
        """As float64 [2, groups], the form in which TFMA stores it: the sizes and the values."""
        values = [math.nan if value is None else float(value) for value in self.values]
        return np.array([self.sizes, values], dtype=np.float64)

    @classmethod
    def from_tfma(cls, value: Mapping[str, Any]) -> "LeftOut":
        """The inverse, from a value of TFMA's EvalResult."""
        numbers = [float(number) for number in value["arrayValue"]["float64Values"]]
        half = len(numbers) // 2
        return cls(tuple(map(int, numbers[:half])), tuple(numbers[half:]))


def standard_error(estimate: float, left_out: LeftOut) -> float | None:
    """The delete-a-group jackknife for groups of unequal size (Busing, Meijer and van der Leeden 1999, eq. 4).

    Args:
        estimate: The metric on all rows.
        left_out: The same without each group.

    Returns:
        The standard error; None where it cannot be known: one group only, or no value without one of them.
    """
    sizes, values = np.array(left_out.sizes, np.float64), np.array(left_out.values, np.float64)
    if len(sizes) < 2 or not np.isfinite([estimate, *values]).all():
        return None
    shares = sizes.sum() / sizes
    jackknifed = len(sizes) * estimate - np.sum((1 - 1 / shares) * values)
    deviations = shares * estimate - (shares - 1) * values - jackknifed
    return math.sqrt(np.mean(deviations**2 / (shares - 1)))


def confidence_interval(
    estimate: float, left_out: LeftOut, confidence: float, bounds: Interval = (-math.inf, math.inf)
) -> Interval | None:
    """The interval that holds the true value with some confidence, by Student's t distribution.

    It knows no more than the rows do: where all are right, so are all but one group, and it has no width.

    Args:
        estimate: The metric on all rows.
        left_out: The same without each group.
        confidence: Such as 0.95.
        bounds: Between which values the metric lies.

    Returns:
        Its ends; None where the standard error cannot be known.
    """
    from scipy import stats

    error = standard_error(estimate, left_out)
    if error is None:
        return None
    half = float(stats.t.ppf((1 + confidence) / 2, df=len(left_out.sizes) - 1)) * error
    return max(estimate - half, bounds[0]), min(estimate + half, bounds[1])


def change(candidate: LeftOut, baseline: LeftOut) -> LeftOut:
    """What two models differ by without each group; both were measured on the same rows, so the groups are the same."""
    pairs: Sequence[tuple[Any, Any]] = list(zip(candidate.values, baseline.values, strict=True))
    missing = [ours is None or theirs is None for ours, theirs in pairs]
    values = [math.nan if gone else ours - theirs for gone, (ours, theirs) in zip(missing, pairs, strict=True)]
    return LeftOut(candidate.sizes, tuple(values))
