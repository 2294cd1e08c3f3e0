import math

import pytest

from models.training.early_stopping import EarlyStopping

NAN = math.nan


@pytest.mark.parametrize(
    ("mode", "patience", "values", "best_epoch", "num_epochs"),
    [
        ("max", 2, [0.5, 0.6, 0.7], 3, 3),
        ("max", 2, [0.5, 0.4, 0.5, 0.9], 1, 3),
        ("max", 2, [0.5, 0.4, 0.6, 0.5, 0.6, 0.9], 3, 5),
        ("max", 1, [0.5, 0.5, 0.9], 1, 2),
        ("max", 0, [0.5, 0.4, 0.3, 0.2, 0.6], 5, 5),
        ("min", 2, [0.5, 0.6, 0.5, 0.1], 1, 3),
        ("min", 2, [0.5, 0.4, 0.4, 0.4], 2, 4),
        ("max", 2, [NAN, 0.1, NAN, NAN, 0.3], 2, 4),
        ("max", 2, [NAN, NAN, NAN, 0.1], 4, 4),
    ],
)
def test_best_epoch_and_the_end(
    mode: str, patience: int, values: list[float], best_epoch: int, num_epochs: int
) -> None:
    rule = EarlyStopping(mode, patience)  # type: ignore[arg-type]
    best = done = 0
    for epoch, value in enumerate(values, start=1):
        best = epoch if rule.is_better(value) else best
        rule = rule.after(value)
        done = epoch
        if rule.is_over:
            break
    assert (best, done) == (best_epoch, num_epochs)
