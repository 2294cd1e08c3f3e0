"""Units of labels that an earlier model did not know."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import pytest

from models.training.new_units import begin_new_units

OLD, NEW = ("bad", "good"), ("awful", "bad", "good")
CENTRES = np.array([[0.0, 0, 3, 0], [3, 0, 0, 0], [0, 3, 0, 0]], "float32")
"""Where the rows of each of the new labels lie."""


def _network(units: int, width: int = 4) -> Any:
    """Its features are its inputs; only the units of `OLD`, the last two, are right, by their rows' centres."""
    keras.utils.set_random_seed(1)
    inputs = keras.Input((None, width))
    network = keras.Model(inputs, keras.layers.Dense(units, name="logits")(inputs))
    kernel = network.get_layer("logits").kernel.numpy()
    kernel[:, -2:] = CENTRES[1:].T
    network.get_layer("logits").kernel.assign(kernel)
    return network


def _rows(counts: Sequence[int]) -> tuple[Any, Any]:
    """Rows of one place each, float [rows, 1, width], and their labels' numbers, [rows, 1]."""
    numbers = np.random.default_rng(1)
    ids = np.repeat(np.arange(3), counts)
    features = CENTRES[ids] + 0.3 * numbers.standard_normal((len(ids), 4)).astype("float32")
    order = numbers.permutation(len(ids))
    return features[order, np.newaxis], ids[order, np.newaxis]


def _batches(*arrays: Any) -> list[tuple[Any, ...]]:
    return [tuple(array[at : at + 16] for array in arrays) for at in range(0, len(arrays[0]), 16)]


def _multi_hot(ids: Any) -> Any:
    return np.eye(3, dtype="float32")[ids]


@pytest.mark.parametrize("targets", [lambda ids: ids, _multi_hot], ids=["numbers", "memberships"])
def test_a_new_unit_begins_where_its_rows_are(targets: Any) -> None:
    network = _network(3)
    head = network.get_layer("logits")
    before = [weight.numpy() for weight in head.weights]
    features, ids = _rows([5, 100, 100])
    assert (network.predict(features, verbose=0).argmax(-1) == ids)[ids == 0].mean() < 1
    begin_new_units(network, "logits", NEW, OLD, _batches(features, targets(ids)))
    assert all(
        np.array_equal(weight.numpy()[..., 1:], was[..., 1:]) for weight, was in zip(head.weights, before, strict=True)
    )
    logits = network.predict(features, verbose=0)
    assert (logits.argmax(-1) == ids).all()
    own, others = ([logits[..., unit][(ids == unit) == is_own].mean() for unit in range(3)] for is_own in (True, False))
    assert own[0] == pytest.approx(np.mean(own[1:]), rel=1e-4)
    assert others[0] == pytest.approx(np.mean(others[1:]), abs=1e-4)


def test_what_weighs_nothing_is_no_row() -> None:
    features, ids = _rows([5, 100, 100])
    weights = np.ones_like(ids, "float32")
    begun = []
    for extra in (0, 50):
        # They would draw the new unit elsewhere.
        padded = np.concatenate([features, np.full((extra, 1, 4), 9, "float32")])
        targets = np.concatenate([ids, np.zeros((extra, 1), ids.dtype)])
        counted = np.concatenate([weights, np.zeros((extra, 1), "float32")])
        network = _network(3)
        begin_new_units(network, "logits", NEW, OLD, _batches(padded, targets, counted))
        begun.append(network.get_layer("logits").kernel.numpy())
    np.testing.assert_allclose(*begun, rtol=1e-5)


@pytest.mark.parametrize("counts", [[0, 50, 50], [50, 0, 0]], ids=["none of the new", "none of the old"])
def test_without_rows_a_unit_keeps_its_values(counts: list[int]) -> None:
    network = _network(3)
    before = network.get_weights()
    begin_new_units(network, "logits", NEW, OLD, _batches(*_rows(counts)))
    assert all(np.array_equal(was, now) for was, now in zip(before, network.get_weights(), strict=True))
