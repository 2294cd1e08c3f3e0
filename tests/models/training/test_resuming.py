"""A training that is killed goes on, and ends as if it had not been."""

import dataclasses
import itertools
import json
import logging
import pathlib
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import pytest
import tensorflow as tf

from models.training.progress import Progress, TrainingProgress
from models.training.saving_rule import SavingRule

SCRIPT = pathlib.Path(__file__).with_name("tiny_training.py")
NEVER = SavingRule(min_seconds=1e9, max_share=1e-9)
INTERRUPTED_AT = 21


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a training of 4 epochs of 16 steps came to."""

    weights: list[np.ndarray]
    progress: list[TrainingProgress]
    events: pathlib.Path

    def equals(self, weights: list[np.ndarray]) -> bool:
        return all(np.array_equal(a, b) for a, b in zip(self.weights, weights, strict=True))

    def epoch_ends(self) -> list[Mapping[str, float]]:
        return [progress.metrics for progress in self.progress if "val_accuracy" in progress.metrics]


class _Records(logging.Handler):
    """Keeps the progress of trainings while it is open."""

    def __init__(self) -> None:
        super().__init__()
        self.progress: list[TrainingProgress] = []
        self._logger = logging.getLogger("models.training.progress")

    def __enter__(self) -> Self:
        self._logger.setLevel(logging.INFO)
        self._logger.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._logger.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        progress = getattr(record, "progress", None)
        # What a training says in words has none.
        if progress is not None:
            self.progress.append(progress)


def _outcome(tiny_training: Any, preset: str, folder: pathlib.Path, **settings: Any) -> Outcome:
    """Trains to the end, from a checkpoint where there is one; saves none."""
    tuning = dataclasses.replace(tiny_training.fine_tuning(preset, **settings), saving=NEVER)
    with _Records() as records:
        network = tuning.run(tiny_training.training_data(), str(folder))
    return Outcome(network.get_weights(), records.progress, folder / "events")


@pytest.fixture(scope="module")
def undisturbed(tiny_training: Any, tiny_preset: str, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A training that nobody stopped."""
    return _outcome(tiny_training, tiny_preset, tmp_path_factory.mktemp("undisturbed"))


@pytest.fixture(scope="module")
def interrupted(tiny_training: Any, tiny_preset: str, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A training that was stopped by Ctrl-C and taken up again."""
    folder = tmp_path_factory.mktemp("interrupted")
    calls = itertools.count(1)

    def interrupt(self: Progress, batch: int, logs: Any = None) -> None:
        if next(calls) == INTERRUPTED_AT:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as context:
        context.setattr(Progress, "on_train_batch_end", interrupt)
        with pytest.raises(KeyboardInterrupt):
            _outcome(tiny_training, tiny_preset, folder)
    return _outcome(tiny_training, tiny_preset, folder)


def _killed(preset: str, folder: pathlib.Path, moment: str) -> str:
    """Trains in a process that is killed, and that saves after every step; returns what it logged."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT), preset, str(folder), str(folder / "never"), json.dumps({"kill": moment})],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    return done.stdout


def test_killed_again_and_again_it_ends_with_the_same_weights(
    tiny_training: Any, tiny_preset: str, undisturbed: Outcome, tmp_path: pathlib.Path
) -> None:
    _killed(tiny_preset, tmp_path, "step 21")
    log = _killed(tiny_preset, tmp_path, "save 5")
    assert "step 20/64 (resumed at step 20)" in log
    newest = max(tmp_path.glob("checkpoints/*.index"), key=lambda path: path.stat().st_mtime_ns)
    recorded = tf.train.latest_checkpoint(str(tmp_path / "checkpoints"))
    assert f"{recorded}.index" != str(newest), "the kill left a checkpoint that nobody knows to be complete"
    log = _killed(tiny_preset, tmp_path, "evaluation 1")
    assert "step 24/64 (resumed at step 24)" in log
    last = _outcome(tiny_training, tiny_preset, tmp_path)
    assert undisturbed.equals(last.weights)
    assert last.progress[0].resumed_at == last.progress[0].step == 32
    assert last.progress[-1].step == undisturbed.progress[-1].step == 64


def test_an_interrupted_training_saves_first(interrupted: Outcome, undisturbed: Outcome) -> None:
    assert str(interrupted.progress[0]) == "epoch 2/4  step 21/64 (resumed at step 21)"
    assert undisturbed.equals(interrupted.weights)


def test_metrics_of_an_interrupted_epoch_count_all_of_its_rows(interrupted: Outcome, undisturbed: Outcome) -> None:
    assert interrupted.epoch_ends() == undisturbed.epoch_ends()[1:]


def test_curves_go_on_at_their_step(interrupted: Outcome) -> None:
    assert _steps(interrupted.events / "train") == [10, 16, 20, 30, 32, 40, 48, 50, 60, 64]
    assert _steps(interrupted.events / "validation") == [16, 32, 48, 64]


def _steps(folder: pathlib.Path) -> list[int]:
    found = {
        event.step
        for path in folder.iterdir()
        for event in tf.compat.v1.train.summary_iterator(str(path))
        for value in event.summary.value
        if value.tag == "accuracy"
    }
    return sorted(found)


def test_speed_is_that_of_the_steps_since_the_resumption() -> None:
    progress = Progress(first_step=1_000, total_steps=1_010, total_rows=20_200, epochs=1)
    progress.on_epoch_begin(0)
    with _Records() as records:
        for batch in range(5):
            time.sleep(0.02)
            progress.on_train_batch_end(batch)
        progress.end_epoch(0, {})
    speed = records.progress[-1].examples_per_second
    assert records.progress[-1].step == 1_005
    assert speed is not None
    assert 20 < speed < 1_000, "20 rows a step, 50 steps a second at most"


def test_a_finished_training_is_not_done_again(tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path) -> None:
    tuning = dataclasses.replace(tiny_training.fine_tuning(tiny_preset, epochs=1), saving=tiny_training.ALWAYS)
    weights = tuning.run(tiny_training.training_data(), str(tmp_path)).get_weights()
    again = _outcome(tiny_training, tiny_preset, tmp_path, epochs=1)
    assert again.equals(weights)
    assert [progress.step for progress in again.progress] == [16], "what it resumed at, and nothing after it"


@pytest.mark.parametrize(
    ("num_spoilt", "expected"),
    [(1, "16/16 (resumed at step 16)  val_accuracy"), (2, "training starts at the beginning")],
)
def test_an_unreadable_checkpoint_is_said_and_not_used(
    tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path, caplog: Any, num_spoilt: int, expected: str
) -> None:
    caplog.set_level("INFO")
    tuning = dataclasses.replace(tiny_training.fine_tuning(tiny_preset, epochs=1), saving=tiny_training.ALWAYS)
    weights = tuning.run(tiny_training.training_data(), str(tmp_path)).get_weights()
    # The newest is of the epoch's end, the one before of its last step.
    for path in sorted(tmp_path.glob("checkpoints/*.data*"))[-num_spoilt:]:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(content)
    caplog.clear()
    assert _outcome(tiny_training, tiny_preset, tmp_path, epochs=1).equals(weights)
    assert caplog.text.count("cannot be used") >= num_spoilt
    assert expected in caplog.text


def test_the_checkpoint_of_another_network_is_not_used(
    tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    tiny_training.fine_tuning(tiny_preset, epochs=1, lora_rank=2).run(tiny_training.training_data(), str(tmp_path))
    other = _outcome(tiny_training, tiny_preset, tmp_path / "elsewhere", epochs=1)
    assert other.equals(_outcome(tiny_training, tiny_preset, tmp_path, epochs=1).weights)
    assert "training starts at the beginning" in caplog.text


def test_too_few_batches_are_an_error(tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path) -> None:
    data = tiny_training.training_data()
    wrong = dataclasses.replace(data, num_batches=data.num_batches + 1)
    with pytest.raises(tf.errors.OpError, match="expected to contain 17 elements"):
        tiny_training.fine_tuning(tiny_preset, epochs=1).run(wrong, str(tmp_path))
