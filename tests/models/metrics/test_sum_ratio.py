import math
from typing import Any

import numpy as np
import pytest
from tensorflow_model_analysis import constants
from tensorflow_model_analysis.metrics import metric_types

from models.metrics.sum_ratio import SumRatio

ROWS = [(3.0, 2.0), (0.0, 0.0), (5.0, 4.0), (1.5, 1.0)]


def _ratio(rows: list[tuple[float, float]], **config: Any) -> float:
    """The metric, its rows added up in two accumulators as Beam may do."""
    metric = SumRatio(numerator="loss", denominator="count", name="found", **config)
    (computation,) = metric.computations(model_names=[""], output_names=[""])
    combiner = computation.combiner
    parts = []
    for part in (rows[:2], rows[2:]):
        accumulator = combiner.create_accumulator()
        for loss, count in part:
            predictions = {"loss": np.array([loss]), "count": np.array([count])}
            inputs = metric_types.StandardMetricInputs({constants.PREDICTIONS_KEY: predictions})
            accumulator = combiner.add_input(accumulator, inputs)
        parts.append(accumulator)
    (value,) = combiner.extract_output(combiner.merge_accumulators(iter(parts))).values()
    return value


def test_ratio_of_sums_and_not_mean_of_ratios() -> None:
    assert _ratio(ROWS) == pytest.approx(9.5 / 7)
    assert _ratio(ROWS, exponential=True) == pytest.approx(math.exp(9.5 / 7))


def test_nothing_counted_is_no_number() -> None:
    assert math.isnan(_ratio([(1.0, 0.0)]))
    assert math.isnan(_ratio([], exponential=True))


def test_no_digits_are_lost_in_many_rows() -> None:
    assert _ratio([(0.1, 0.1)] * 30_000) == pytest.approx(1, abs=1e-12)
