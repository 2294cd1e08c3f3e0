"""Distances: those of TFDV's comparators, and what they are by chance."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.monitoring.chance import chance
from pipeline.monitoring.checks import Check
from pipeline.monitoring.distances import Measure, distances
from pipeline.monitoring.tfdv_comparators import tfdv_distances

ROWS = st.lists(st.sets(st.integers(0, 5), min_size=1, max_size=3), min_size=1, max_size=12)


def _matrix(rows: list[set[int]]) -> np.ndarray:
    matrix = np.zeros((len(rows), 6))
    for number, names in enumerate(rows):
        matrix[number, list(names)] = 1
    return matrix


@pytest.mark.parametrize("measure", ["infinity_norm", "jensen_shannon_divergence"])
@settings(max_examples=40, deadline=None)
@given(reference=ROWS, served=ROWS)
def test_distances_are_those_of_tfdv(measure: Measure, reference: list[set[int]], served: list[set[int]]) -> None:
    check = Check("labels", measure, tuple("abcdéf"), _matrix(reference), _matrix(served))
    totals = [matrix.sum(axis=0, keepdims=True) for matrix in (check.served, check.reference)]
    (own,) = distances(measure, *totals, (len(served), len(reference)))
    assert tfdv_distances([check])["labels"] == pytest.approx(own, abs=1e-9)


def test_checks_of_different_numbers_of_rows_are_measured_together() -> None:
    labels = Check("labels", "infinity_norm", ("a", "b"), np.eye(2)[[0, 1]], np.eye(2)[[0, 0, 0, 1]])
    lengths = Check("text_length", "jensen_shannon_divergence", ("x", "y"), np.eye(2)[[0]], np.eye(2)[[1]])
    mean = Check("confidence", "increase", ("mean",), np.zeros((1, 1)), np.ones((1, 1)))
    assert tfdv_distances([labels, lengths, mean]) == pytest.approx({"labels": 0.25, "text_length": 1.0})


def test_increases_and_rises() -> None:
    (increase,) = distances("increase", np.array([[3.0]]), np.array([[1.0]]), (4, 2))
    assert increase == pytest.approx(3 / 4 - 1 / 2)
    # One of two names is in 3 of 4 rows now and was in none of 4; the other has fallen, which is no rise.
    (rise,) = distances("standardised_rise", np.array([[3.0, 0.0]]), np.array([[0.0, 2.0]]), (4, 4))
    effect = 0.75 / np.sqrt(3 / 8 * 5 / 8)
    assert rise == pytest.approx(np.sqrt(effect**2 / 2))


@pytest.mark.parametrize("measure", ["infinity_norm", "jensen_shannon_divergence", "standardised_rise", "increase"])
def test_chance_exceeds_its_limit_as_rarely_as_it_is_told(measure: Measure) -> None:
    generator = np.random.default_rng(5)
    above = 0
    for _ in range(400):
        rows = np.eye(4)[generator.choice(4, 90, p=[0.5, 0.3, 0.15, 0.05])]
        rows = rows[:, :1] if measure == "increase" else rows
        sums = rows[:20].sum(axis=0, keepdims=True), rows[20:].sum(axis=0, keepdims=True)
        (found,) = distances(measure, *sums, (20, 70))
        above += found > chance(measure, rows, 20, 0.05).limit + 1e-9
    # 20 are expected at most, of so discrete distances fewer; 36 are three standard errors and a half more.
    assert above <= 36


def test_few_rows_have_a_high_limit_and_many_a_low_one() -> None:
    rows = np.eye(3)[np.arange(600) % 3]
    limits = [chance("jensen_shannon_divergence", rows, number, 0.001).limit for number in (10, 50, 300)]
    assert limits == sorted(limits, reverse=True)
    assert limits[0] > 10 * limits[2]
