from collections import Counter

import pytest

from pipeline.guess.thresholds import (
    guess_thresholds,
    thresholds_of_floor,
    thresholds_of_label_sets,
    thresholds_of_numbers,
)


@pytest.mark.parametrize(
    ("labels", "floor"),
    [
        ({"a": 50, "b": 50}, {"metric": "accuracy", "at_least": 0.62}),
        ({"a": 25, "b": 25, "c": 25, "d": 25}, {"metric": "accuracy", "at_least": 0.44}),
        ({"a": 75, "b": 25}, {"metric": "accuracy", "at_least": 0.81}),
        ({"a": 95, "b": 5}, {"metric": "mcc", "at_least": 0.2}),
    ],
)
def test_floor_is_above_the_commonest_label(labels: dict[str, int], floor: dict[str, object]) -> None:
    thresholds = guess_thresholds(Counter(labels), 1000)
    assert thresholds.rules[0] == floor
    assert "'a'" in thresholds.comment


@pytest.mark.parametrize(("num_rows", "worse"), [(0, 0.05), (84, 0.05), (400, 0.02), (1000, 0.01), (10_000, 0.005)])
def test_few_rows_allow_larger_differences(num_rows: int, worse: float) -> None:
    rules = guess_thresholds(Counter("ab"), num_rows).rules
    assert rules[1] == {"metric": "accuracy", "at_most_below_current": worse}


@pytest.mark.parametrize(
    ("label_sets", "least"),
    [
        # Two of three labels are found, and two of four answers are right: an F1 of 4/7.
        (["a", "ab", "", ""], 0.68),
        (["a", "a", "b", "b"], 0.62),
    ],
)
def test_floor_of_label_sets_is_above_the_f1_of_the_commonest_label(label_sets: list[str], least: float) -> None:
    thresholds = thresholds_of_label_sets(label_sets, 1000)
    assert thresholds.rules[0] == {"metric": "micro_f1", "at_least": least}
    assert thresholds.rules[1]["metric"] == "micro_f1"


@pytest.mark.parametrize(("numbers", "most"), [([0.0, 4.0], 3.0), ([0.0, 0.5, 1.0], 0.12), ([-400.0, 400.0], 120_000)])
def test_floor_of_numbers_is_below_the_error_of_their_mean(numbers: list[float], most: float) -> None:
    thresholds = thresholds_of_numbers(numbers, 1000)
    assert thresholds.rules[0] == {"metric": "mse", "at_most": most}
    assert thresholds.rules[1] == {"metric": "pearson", "at_most_below_current": 0.01}
    assert "of at most" in thresholds.findings[0].choice


def test_a_floor_of_its_own_is_taken_as_it_is() -> None:
    rules = thresholds_of_floor("f1", 0.5, "nothing is worth 0", 400).rules
    assert rules == ({"metric": "f1", "at_least": 0.5}, {"metric": "f1", "at_most_below_current": 0.02})
