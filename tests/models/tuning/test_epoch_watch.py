"""A trial that is followed from epoch to epoch."""

import pathlib
from typing import Any

import pytest

from models.config import TrainingConfig
from models.tasks.interface.evaluation import Monitor
from models.tuning.epoch_watch import EpochWatch
from models.tuning.journal import Journal
from models.tuning.trial_record import TrialRecord

MONITOR = Monitor("accuracy", "max")


@pytest.fixture
def journal(tmp_path: pathlib.Path) -> Journal:
    """One in which three trials ended."""
    journal = Journal(str(tmp_path))
    for number in (1, 2, 3):
        journal.end(TrialRecord(number, {}, "done", 0.9, {}, 2, [0.6, 0.9]))
    return journal


def _watch(
    journal: Journal, values: list[float], epochs: int, stops: bool = True, keep_epoch: Any = "best"
) -> tuple[list[bool], TrialRecord]:
    watch = EpochWatch(journal, 4, MONITOR, TrainingConfig(epochs=epochs, keep_epoch=keep_epoch), stops)
    ends = [watch.ends_after(epoch, {"val_accuracy": value, "loss": 1.0}) for epoch, value in enumerate(values)]
    return ends, watch.record({"epochs": epochs})


def test_a_hopeless_trial_is_stopped_and_keeps_its_value(journal: Journal) -> None:
    ends, record = _watch(journal, [0.5, 0.55], epochs=4)
    # Not before it is half-way.
    assert ends == [False, True]
    assert (record.state, record.value, record.best_epoch) == ("stopped", 0.55, 2)
    assert record.reason == "hopeless after epoch 2 of 4"


def test_a_trial_in_its_last_epoch_is_not_stopped_any_more(journal: Journal) -> None:
    ends, record = _watch(journal, [0.7, 0.65], epochs=2)
    assert ends == [False, False]
    assert (record.state, record.value, record.best_epoch) == ("done", 0.7, 1)
    assert record.values_by_epoch == [0.7, 0.65]
    assert _watch(journal, [0.5], epochs=1)[0] == [False]


def test_a_trial_is_worth_what_it_would_export(journal: Journal) -> None:
    record = _watch(journal, [0.7, 0.65], epochs=2, keep_epoch="last")[1]
    assert (record.value, record.best_epoch) == (0.65, 2)


def test_nothing_is_stopped_where_the_config_says_so(journal: Journal) -> None:
    assert _watch(journal, [0.1, 0.1], epochs=3, stops=False)[0] == [False, False]


def test_a_trial_that_diverged_has_no_value(journal: Journal) -> None:
    ends, record = _watch(journal, [float("nan")], epochs=2, stops=False)
    assert ends == [True]
    assert (record.state, record.value, record.reason) == ("failed", None, "accuracy was not a number")
