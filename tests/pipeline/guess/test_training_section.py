import pytest

from pipeline.guess.training_section import guess_training


@pytest.mark.parametrize(
    ("num_rows", "is_small", "expected"),
    [
        (500, True, (8, 16, 2e-4)),
        (8_000, True, (4, 32, 1e-4)),
        (67_000, True, (3, 32, 5e-5)),
        (1_000_000, True, (2, 64, 5e-5)),
        (500, False, (8, 16, 5e-5)),
        (1_000_000, False, (2, 64, 2e-5)),
    ],
)
def test_more_rows_want_fewer_epochs_and_smaller_steps(
    num_rows: int, is_small: bool, expected: tuple[int, int, float]
) -> None:
    assert tuple(guess_training(num_rows, is_small, {})[0]) == expected
