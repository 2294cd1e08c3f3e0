"""What distance chance alone gives: the same rows, dealt out anew at random."""

import dataclasses
import math

import numpy as np
from scipy.sparse import csr_matrix

from pipeline.monitoring.distances import Measure, distances

_DRAWS_AT_ONCE = 500
_SEED = 20260101


@dataclasses.dataclass(frozen=True)
class Chance:
    """Distances of random draws.

    Attributes:
        mean: Their mean: what is to be expected where nothing has changed, above zero for distances that have no sign.
        limit: What at most the given share of them exceeds.
    """

    mean: float
    limit: float


def chance(measure: Measure, rows: np.ndarray, num_served: int, share: float) -> Chance:
    """Deals rows out at random, over and over, into as many served ones and others as there are.

    Were the served rows of the same kind as the others, then they would be one of these draws like any other: this is
    the exact permutation test (Fisher 1935), which asks nothing of how the rows are spread, and knows by itself how
    little a few rows say. It takes rows to be independent of each other; equal texts are therefore counted once.

    Args:
        measure: The distance.
        rows: [rows, names]: what each row adds to the totals, served ones and others together.
        num_served: How many of them are served ones.
        share: How often the limit may be exceeded.
    """
    # Two draws above the limit make it steadier than the one that a share of it would need.
    num_draws = math.ceil(2 / share)
    generator = np.random.default_rng(_SEED)
    # Rows have few of the names.
    columns = csr_matrix(rows.T.astype(np.float64))
    total, sizes = rows.sum(axis=0, dtype=np.float64), (num_served, len(rows) - num_served)
    found = np.empty(num_draws)
    for start in range(0, num_draws, _DRAWS_AT_ONCE):
        size = min(_DRAWS_AT_ONCE, num_draws - start)
        order = generator.random((size, len(rows)), dtype=np.float32)
        served = (columns @ _lowest(order, num_served).T).T
        found[start : start + size] = distances(measure, served, total - served, sizes)
    found.sort()
    # At most `share` of all draws, the real rows among them, lie above: then the limit holds exactly.
    num_above = math.floor(share * (num_draws + 1))
    return Chance(float(found.mean()), float(found[num_draws - num_above]))


def _lowest(order: np.ndarray, number: int) -> np.ndarray:
    """One where a number is among the lowest of its row, else zero."""
    chosen = np.zeros(order.shape)
    np.put_along_axis(chosen, np.argpartition(order, number - 1, axis=1)[:, :number], 1, axis=1)
    return chosen
