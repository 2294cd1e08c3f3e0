"""The plain rules of a search: what is hopeless, what is best, where trials run, which rows."""

import pathlib

import pytest
import tensorflow as tf

from models.config import TrainingConfig
from models.tasks.interface.evaluation import Monitor
from models.tuning.hopeless import is_hopeless
from models.tuning.row_sample import sampled_files
from models.tuning.trial_lines import value_text
from models.tuning.trial_places import gpu_names, trial_places
from models.tuning.trial_record import TrialRecord, best_trial
from models.user_error import UserError

UP, DOWN = Monitor("accuracy", "max"), Monitor("mse", "min")
NAN = float("nan")


@pytest.mark.parametrize(
    ("values", "others", "monitor", "expected"),
    [
        ([0.5], [[0.6], [0.7], [0.8, 0.9]], UP, True),
        ([0.6], [[0.6], [0.7], [0.8, 0.9]], UP, False),
        ([0.5], [[0.6], [0.7]], UP, False),
        ([0.5, 0.65], [[0.6, 0.6], [0.7, 0.7], [0.8, 0.9]], UP, False),
        ([0.7, 0.5], [[0.6, 0.6], [0.8, 0.7], [0.8, 0.9]], UP, False),
        ([0.5, 0.5], [[0.6], [0.7], [0.8]], UP, True),
        ([0.5], [[0.4], [0.3], [0.2]], DOWN, True),
        ([0.5], [[0.4], [0.6], [0.2]], DOWN, False),
    ],
)
def test_hopeless_is_what_is_worse_than_all_others_were(
    values: list[float], others: list[list[float]], monitor: Monitor, expected: bool
) -> None:
    assert is_hopeless(values, others, monitor) is expected


def _record(number: int, value: float | None) -> TrialRecord:
    return TrialRecord(number, {}, "done", value)


def test_the_best_trial_is_the_first_of_equals() -> None:
    records = [_record(3, 0.9), _record(1, 0.8), _record(2, 0.9), _record(4, None), _record(5, NAN)]
    assert best_trial(records, UP) == _record(2, 0.9)
    assert best_trial(records, DOWN) == _record(1, 0.8)
    assert best_trial([_record(4, None)], UP) is None


def test_trials_share_a_machines_gpus() -> None:
    training = TrainingConfig()
    assert trial_places("auto", training, []) == [{}]
    assert trial_places("auto", training, ["0"]) == [{}]
    assert trial_places("auto", training, ["0", "3"]) == [{"CUDA_VISIBLE_DEVICES": "0"}, {"CUDA_VISIBLE_DEVICES": "3"}]
    assert trial_places(1, training, ["0", "3"]) == [{}]
    assert trial_places(2, training, []) == [{"CUDA_VISIBLE_DEVICES": "-1"}] * 2
    # Each trial uses both, as the run would.
    assert trial_places("auto", TrainingConfig(devices=2), ["0", "1"]) == [{}]
    with pytest.raises(UserError, match="2 GPUs, fewer than 3"):
        trial_places(3, training, ["0", "1"])
    with pytest.raises(UserError, match=r"training\.devices asks for 2"):
        trial_places(2, TrainingConfig(devices=2), ["0", "1"])


def test_gpus_keep_the_names_that_this_process_was_given() -> None:
    assert gpu_names(2, {}) == ["0", "1"]
    assert gpu_names(2, {"CUDA_VISIBLE_DEVICES": "3,GPU-5a"}) == ["3", "GPU-5a"]
    assert gpu_names(0, {"CUDA_VISIBLE_DEVICES": ""}) == []


def _write(path: pathlib.Path, numbers: range) -> None:
    with tf.io.TFRecordWriter(str(path), "GZIP") as writer:
        for number in numbers:
            writer.write(str(number).encode())


def test_a_sample_is_evenly_spread_and_the_same_every_time(tmp_path: pathlib.Path) -> None:
    _write(tmp_path / "a.gz", range(60))
    _write(tmp_path / "b.gz", range(60, 100))
    patterns = [str(tmp_path / "*.gz")]
    for _ in range(2):
        (copy,) = sampled_files(patterns, 20, str(tmp_path / "sample"))
        rows = [int(row) for row in tf.data.TFRecordDataset(copy, "GZIP").as_numpy_iterator()]
        assert rows == list(range(4, 100, 5))
    assert sampled_files(patterns, 100, str(tmp_path / "all")) == patterns


@pytest.mark.parametrize(
    ("value", "expected"),
    [(5e-5, "5.0e-5"), (1.23e-4, "1.23e-4"), (0.1, "0.1"), (16, "16"), ("all", "all"), (0.0, "0")],
)
def test_settings_are_shown_as_people_write_them(value: object, expected: str) -> None:
    assert value_text(value) == expected
