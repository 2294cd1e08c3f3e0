"""The jackknife, against textbook formulas and by simulation."""

import math

import numpy as np
import pytest

from components.evaluator.jackknife.interval import LeftOut, change, confidence_interval, standard_error


def _left_out(values, groups, metric):
    found, sizes = np.unique(groups, return_counts=True)
    return LeftOut(tuple(sizes), tuple(metric(values[groups != group]) for group in found))


def test_of_a_mean_with_one_row_in_each_group_it_is_the_textbook_standard_error():
    values = np.random.default_rng(1).normal(size=30)
    left_out = _left_out(values, np.arange(30), np.mean)
    assert standard_error(values.mean(), left_out) == pytest.approx(values.std(ddof=1) / math.sqrt(30))


def test_groups_of_unequal_size_weigh_as_much_as_they_hold():
    # A group of 1 and one of 3: h = 4 and 4/3; pseudo-values 2.0 and 1.0 around 1.25.
    values, groups = np.array([2.0, 1.0, 1.0, 1.0]), np.array([0, 1, 1, 1])
    expected = math.sqrt((0.75**2 / 3 + 0.25**2 / (1 / 3)) / 2)
    assert standard_error(values.mean(), _left_out(values, groups, np.mean)) == pytest.approx(expected)


@pytest.mark.parametrize("metric", [np.mean, np.var, lambda values: np.exp(np.mean(values))])
def test_intervals_hold_the_truth_about_as_often_as_they_say(metric):
    random = np.random.default_rng(2)
    truth = metric(np.random.default_rng(3).exponential(size=1_000_000))
    hits = 0
    for _ in range(400):
        values, groups = random.exponential(size=600), random.integers(0, 20, 600)
        low, high = confidence_interval(metric(values), _left_out(values, groups, metric), 0.9)
        hits += low <= truth <= high
    assert 0.83 <= hits / 400 <= 0.95


def test_what_two_models_have_in_common_does_not_blur_their_difference():
    random = np.random.default_rng(4)
    hard, groups = random.normal(size=500), random.integers(0, 20, 500)
    one, other = hard + 0.05, hard + random.normal(scale=0.01, size=500)
    left_out = change(_left_out(one, groups, np.mean), _left_out(other, groups, np.mean))
    low, high = confidence_interval((one - other).mean(), left_out, 0.95)
    assert 0.045 < low < 0.05 < high < 0.055


@pytest.mark.parametrize(
    ("estimate", "left_out"),
    [
        (0.5, LeftOut((4,), (0.5,))),
        (0.5, LeftOut((4, 4), (0.5, None))),
        (0.5, LeftOut((4, 4), (0.5, math.nan))),
        (math.nan, LeftOut((4, 4), (0.5, 0.6))),
    ],
)
def test_there_is_none_where_it_cannot_be_known(estimate, left_out):
    assert confidence_interval(estimate, left_out, 0.95) is None


def test_it_stays_within_the_bounds_of_the_metric():
    low, high = confidence_interval(0.98, LeftOut((5, 5, 5), (0.9, 1.0, 1.0)), 0.95, bounds=(0.0, 1.0))
    assert high == 1.0
    assert 0.0 <= low < 0.98


def test_a_change_of_which_one_side_is_missing_is_unknown():
    assert confidence_interval(0.1, change(LeftOut((4, 4), (0.5, None)), LeftOut((4, 4), (0.5, 0.4))), 0.95) is None
