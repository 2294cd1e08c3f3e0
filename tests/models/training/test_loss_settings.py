from typing import Any

import pytest

from models.config import TrainingConfig
from models.tasks.interface.loss_options import LossOptions
from models.tasks.text_classification import TextClassification
from models.training.loss_settings import fault_of_loss_settings, loss_options
from models.user_error import UserError

LABELS = ("delivery", "payment", "refund")


class _NoOptions(TextClassification):
    name = "ranking"
    loss_options = frozenset()


def _never() -> tuple[int, ...]:
    raise AssertionError("counting takes a pass over the data")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, LossOptions()),
        ({"label_smoothing": 0.1}, LossOptions(None, 0.1)),
        ({"class_weights": {"refund": 2.5}}, LossOptions((1.0, 1.0, 2.5))),
    ],
)
def test_settings_become_numbers(settings: dict[str, Any], expected: LossOptions) -> None:
    assert loss_options(TrainingConfig(**settings), LABELS, _never) == expected


def test_balanced_classes_count_the_same() -> None:
    options = loss_options(TrainingConfig(class_weights="balanced"), LABELS, lambda: (10, 40, 50))
    assert options.class_weights is not None
    sums = [weight * count for weight, count in zip(options.class_weights, (10, 40, 50), strict=True)]
    assert sums == pytest.approx([100 / 3] * 3)


def test_unknown_label_names_the_nearest() -> None:
    with pytest.raises(UserError, match="the train split has no label 'refunds'; did you mean 'refund'"):
        loss_options(TrainingConfig(class_weights={"refunds": 2.0}), LABELS, _never)


@pytest.mark.parametrize("settings", [{"class_weights": "balanced"}, {"label_smoothing": 0.1}])
def test_task_without_such_a_setting_refuses_it(settings: dict[str, Any]) -> None:
    training = TrainingConfig(**settings)
    assert fault_of_loss_settings(training, TextClassification()) is None
    (field,) = settings
    assert fault_of_loss_settings(training, _NoOptions()) == (
        f"{field}: the loss of ranking has no such setting; leave it out"
    )
    assert fault_of_loss_settings(TrainingConfig(), _NoOptions()) is None
