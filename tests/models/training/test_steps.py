"""What a step computes: with several devices, with gradients of several steps, with XLA and in float16."""

import dataclasses
import json
import pathlib
import shutil
import subprocess
import sys
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from models.config import TrainingConfig
from models.training.devices import training_strategy
from models.training.fused_adamw import FusedAdamW
from models.training.loss_scale import CountedLossScale
from models.training.optimizer import build_optimizer
from models.user_error import UserError

SCRIPT = pathlib.Path(__file__).with_name("device_steps.py")


@pytest.fixture(scope="module")
def no_dropout(tiny_preset: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The tiny BERT without dropout, whose random numbers differ from one way to compute to another."""
    folder = tmp_path_factory.mktemp("no_dropout") / "preset"
    shutil.copytree(tiny_preset, folder)
    config = json.loads((folder / "config.json").read_text())
    config["config"]["dropout"] = 0.0
    (folder / "config.json").write_text(json.dumps(config))
    return str(folder)


def test_gradients_of_small_batches_equal_those_of_a_large_one() -> None:
    def trained(accumulation_steps: int) -> tuple[list[np.ndarray], int]:
        keras.utils.set_random_seed(1)
        network = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, "tanh"), keras.layers.Dense(2)])
        training = TrainingConfig(
            gradient_accumulation_steps=accumulation_steps, learning_rate=0.05, clip_norm=0.1, weight_decay=0.1
        )
        optimizer = build_optimizer(training, total_steps=5 * accumulation_steps)
        network.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        numbers = np.random.default_rng(8)
        inputs, targets = numbers.normal(size=(60, 4)).astype("float32"), numbers.integers(0, 2, 60)
        network.fit(inputs, targets, batch_size=12 // accumulation_steps, shuffle=False, verbose=0)
        return network.get_weights(), int(optimizer.variables[0])

    (expected, steps), (weights, small_steps) = trained(1), trained(3)
    assert (steps, small_steps) == (5, 15)
    for a, b in zip(weights, expected, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_accumulation_trains_a_bert(tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path) -> None:
    tuning = tiny_training.fine_tuning(tiny_preset, gradient_accumulation_steps=2, learning_rate=1e-2)
    network = tuning.run(tiny_training.training_data(batch_size=8), str(tmp_path))
    assert tiny_training.accuracy(network, tiny_training.rows(2)) > 0.95


def test_xla_trains_alike(
    tiny_training: Any, no_dropout: str, tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    for xla in (False, True):
        tuning = tiny_training.fine_tuning(no_dropout, xla=xla, epochs=1)
        tuning = dataclasses.replace(tuning, model=tuning.model.model_copy(update={"dropout": 0.0}))
        tuning.run(tiny_training.training_data(), str(tmp_path / str(xla)))
    plain, compiled = (record.progress.metrics for record in caplog.records if "val_loss" in record.message)
    for name in ("loss", "val_loss"):
        assert compiled[name] == pytest.approx(plain[name], abs=1e-3)


def test_float16_counts_steps_whose_gradients_overflow() -> None:
    variable = keras.Variable(np.ones(2, "float32"))
    optimizer = CountedLossScale(FusedAdamW(0.1, weight_decay=0.0, global_clipnorm=1.0), initial_scale=4.0)
    optimizer.build([variable])
    optimizer.apply([tf.constant([np.inf, 1.0])], [variable])
    assert (variable.numpy() == 1).all()
    optimizer.apply([tf.constant([1.0, 1.0])], [variable])
    assert (variable.numpy() < 1).all()
    assert int(optimizer.variables[0]) == 2
    assert int(optimizer.iterations) == 1


def test_float16_resumes_and_accumulates(
    tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path, caplog: Any
) -> None:
    caplog.set_level("INFO")
    settings = {"precision": "float16", "gradient_accumulation_steps": 2, "epochs": 1}
    # However slow the machine is: by time, the last checkpoint may be an earlier one.
    tuning = dataclasses.replace(tiny_training.fine_tuning(tiny_preset, **settings), saving=tiny_training.ALWAYS)
    for _ in range(2):
        tuning.run(tiny_training.training_data(), str(tmp_path))
    assert "step 16/16 (resumed at step 16)" in caplog.text


def test_two_devices_step_as_one_does(no_dropout: str, tmp_path: pathlib.Path) -> None:
    """On 251 rows in batches of 15, none of which can be halved; class weights are on."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT), no_dropout, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    one, two = json.loads(done.stdout.splitlines()[-1])
    assert (one["replicas"], two["replicas"]) == (1, 2)
    assert (set(one["sizes"]), set(two["sizes"])) == ({15, 11}, {16, 12})
    np.testing.assert_allclose(two["losses"], one["losses"], atol=1e-5)
    np.testing.assert_allclose(two["weights"], one["weights"], atol=1e-4)
    assert two["is_restored"]
    assert two["num_ends"] == 1, "a finished training is not done again"
    assert one["end"].keys() == two["end"].keys()
    for name, value in one["end"].items():
        assert two["end"][name] == pytest.approx(value, abs=1e-3), name
    assert two["end"]["num_rows"] == two["end"]["val_num_rows"] == 251


def test_devices_that_are_not_there() -> None:
    tf.zeros([])  # TensorFlow has started
    with pytest.raises(UserError, match="this machine has no GPU; a CPU is best used as one device"):
        training_strategy(TrainingConfig(devices=3))


@pytest.mark.parametrize("devices", ["auto", 1])
def test_one_device_needs_no_strategy(devices: Any) -> None:
    assert training_strategy(TrainingConfig(devices=devices)) is tf.distribute.get_strategy()
