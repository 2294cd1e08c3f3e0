import pytest

from models.training.saving_rule import SavingRule


@pytest.mark.parametrize(
    ("save_seconds", "at_epoch_end", "expected"),
    [(0, False, 30), (0, True, 0), (0.5, False, 30), (0.5, True, 25), (3, False, 150), (3, True, 150)],
)
def test_saving_is_rare_enough_to_be_cheap(save_seconds: float, at_epoch_end: bool, expected: float) -> None:
    assert SavingRule(30, 0.02).interval_seconds(save_seconds, at_epoch_end) == pytest.approx(expected)
