import numpy as np
import pytest
import sklearn.metrics

from models.networks.micro_f1_of_logits import MicroF1OfLogits


@pytest.mark.parametrize("weights", [None, np.array([1.0, 0.0, 1.0, 1.0, 0.0, 1.0])])
def test_equal_to_scikit_learn(weights: np.ndarray | None) -> None:
    numbers = np.random.default_rng(1)
    logits, truth = numbers.normal(size=(12, 4)).astype("float32"), numbers.integers(0, 2, (12, 4))
    metric = MicroF1OfLogits(name="micro_f1")
    for part in (slice(0, 6), slice(6, 12)):
        metric.update_state(truth[part], logits[part], weights)
    kept = np.ones(12, bool) if weights is None else np.tile(weights > 0, 2)
    expected = sklearn.metrics.f1_score(truth[kept], logits[kept] > 0, average="micro")
    assert float(metric.result()) == pytest.approx(expected, abs=1e-5)
