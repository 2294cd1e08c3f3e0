"""Metrics of the eval split as a whole choose the best epoch, which can be the network before training."""

import dataclasses
import itertools
import logging
import pathlib
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import numpy as np
import pytest
import tensorflow as tf

from models.presets import load_backbone
from models.tasks.interface.evaluation import Monitor
from models.tasks.text_classification import TextClassification
from models.training.progress import Progress, TrainingProgress


class Judged(TextClassification):
    """Has values for the epochs made up, the first for the network before training; keeps the outputs."""

    monitor: ClassVar[Monitor] = Monitor("made_up", "max")
    keeps_start: ClassVar[bool] = True

    def __init__(self, values: Iterable[float], reads: bool = True) -> None:
        super().__init__()
        self.values, self.reads = list(values), reads
        self.outputs: list[np.ndarray] = []

    def whole_split_metrics(self, predictions: Any, facts: Any) -> Mapping[str, float]:
        if self.reads:
            self.outputs.append(np.concatenate([outputs for outputs, _ in predictions]))
        return {"made_up": self.values.pop(0)}


def _trained(tiny_training: Any, preset: str, folder: pathlib.Path, task: Judged, **settings: Any) -> Any:
    tuning = tiny_training.fine_tuning(preset, **settings)
    data = tiny_training.training_data()
    requests = data.validation.map(lambda inputs, _: ({}, {}, inputs))
    data = dataclasses.replace(data, requests=requests)
    return dataclasses.replace(tuning, task=task).run(data, str(folder))


def _is_untrained(network: Any, preset: str) -> bool:
    """Whether the layers below the head have the preset's weights."""
    weights = load_backbone(preset, "float32").get_weights()
    return all(np.array_equal(a, b) for a, b in zip(network.get_weights(), weights, strict=False))


def test_a_training_that_harms_ends_with_the_weights_before_it(
    tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path
) -> None:
    network = _trained(tiny_training, tiny_preset, tmp_path, Judged([0.5, 0.4, 0.5]), epochs=2)
    assert _is_untrained(network, tiny_preset)


def test_a_better_epoch_is_kept(tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path) -> None:
    task = Judged([0.5, 0.6, 0.4])
    network = _trained(tiny_training, tiny_preset, tmp_path, task, epochs=2)
    assert not _is_untrained(network, tiny_preset)
    assert task.values == []


def test_the_last_epoch_is_kept_where_the_config_says_so(
    tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path
) -> None:
    last = _trained(tiny_training, tiny_preset, tmp_path / "best", Judged([0.5, 0.6, 0.7]), epochs=2).get_weights()
    task, settings = Judged([0.5, 0.4, 0.3]), {"epochs": 2, "keep_epoch": "last", "early_stopping_patience": 1}
    network = _trained(tiny_training, tiny_preset, tmp_path / "last", task, **settings)
    assert task.values == []
    assert all(np.array_equal(a, b) for a, b in zip(network.get_weights(), last, strict=True))


def test_patience_counts_from_the_start(tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path) -> None:
    task = Judged([0.5, 0.4, 0.3, 0.9])
    network = _trained(tiny_training, tiny_preset, tmp_path, task, epochs=3, early_stopping_patience=2)
    assert task.values == [0.9]
    assert _is_untrained(network, tiny_preset)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_what_is_judged_is_what_is_served(
    tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path, precision: str
) -> None:
    task = Judged([0.5, 0.6])
    network = _trained(tiny_training, tiny_preset, tmp_path, task, epochs=1, precision=precision)
    outputs = np.concatenate([network(inputs, training=False) for inputs, _ in tiny_training.rows(1)])
    np.testing.assert_allclose(task.outputs[1], outputs, atol=1e-5)
    assert not np.allclose(task.outputs[0], outputs, atol=1e-3)


def test_judging_leaves_training_as_it_is(tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path) -> None:
    trained = []
    for reads in (False, True):
        task = Judged([0.1, 0.2, 0.3], reads)
        network = _trained(tiny_training, tiny_preset, tmp_path / str(reads), task, epochs=2, lora_rank=2)
        trained.append(network.get_weights())
    assert all(np.array_equal(a, b) for a, b in zip(*trained, strict=True))


def test_an_interrupted_training_remembers_the_start(
    tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path
) -> None:
    calls, settings = itertools.count(1), {"epochs": 2, "early_stopping_patience": 0}

    def interrupt(self: Progress, batch: int, logs: Any = None) -> None:
        if next(calls) == 5:
            raise KeyboardInterrupt

    task = Judged([0.5, 0.4, 0.3])
    with pytest.MonkeyPatch.context() as context:
        context.setattr(Progress, "on_train_batch_end", interrupt)
        with pytest.raises(KeyboardInterrupt):
            _trained(tiny_training, tiny_preset, tmp_path, task, **settings)
    # Were the start judged again, it would be with what is the first epoch's.
    network = _trained(tiny_training, tiny_preset, tmp_path, task, **settings)
    assert task.values == []
    assert _is_untrained(network, tiny_preset)


def test_the_start_is_told_as_epoch_0(
    tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "models.training.progress")
    _trained(tiny_training, tiny_preset, tmp_path, Judged([0.5, 0.6]), epochs=1)
    progress: list[TrainingProgress] = [record.progress for record in caplog.records if hasattr(record, "progress")]
    assert str(progress[0]).startswith("epoch 0/1  step 0/16  val_accuracy ")
    assert progress[0].metrics["val_made_up"] == 0.5
    events = list((tmp_path / "events/validation").iterdir())
    steps = {event.step for path in events for event in tf.compat.v1.train.summary_iterator(str(path))}
    assert {0, 16} <= steps
