import numpy as np
import pytest
import tensorflow as tf

from models.target_scale import TargetScale


def blocks(values: np.ndarray, size: int) -> list[np.ndarray]:
    return [values[start : start + size].astype("float32") for start in range(0, len(values), size)]


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize(("offset", "spread"), [(0, 1), (2.5, 1.5), (1e6, 1), (-3, 1e-4), (1e30, 1e29)])
def test_equal_to_numpy_whatever_the_blocks(size: int, offset: float, spread: float) -> None:
    values = np.random.default_rng(1).normal(offset, spread, 1000).astype("float32")
    scale = TargetScale.of_blocks([*blocks(values, size), np.array([], "float32")])
    exact = values.astype("float64")
    assert scale.mean == pytest.approx(exact.mean(), rel=1e-12)
    assert scale.deviation == pytest.approx(exact.std(), rel=1e-9)


@pytest.mark.parametrize("value", [0.0, 3.0, 0.1, 1e30])
def test_equal_numbers_have_no_deviation(value: float) -> None:
    assert TargetScale.of_blocks(blocks(np.full(100, value), 7)).deviation == 0


@pytest.mark.parametrize(("mean", "deviation"), [(2.5, 1.5), (1e6, 0.5), (-1e-3, 1e-5)])
def test_there_and_back(mean: float, deviation: float) -> None:
    scale = TargetScale.of_numbers(TargetScale(mean, deviation).to_numbers())
    values = np.float32(mean + deviation * np.linspace(-3, 3, 11))
    standardised = scale.standardised(tf.constant(values))
    assert standardised.dtype == tf.float32
    np.testing.assert_allclose(standardised, (values.astype("float64") - mean) / deviation, rtol=1e-6)
    np.testing.assert_allclose(scale.restored(standardised), values, rtol=1e-7, atol=deviation * 1e-6)
