from collections import Counter

import pytest

from pipeline.guess.thresholds import guess_thresholds


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
