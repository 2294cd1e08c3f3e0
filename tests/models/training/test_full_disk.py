"""The files of a training, and the export of what it made, on a disk that is full."""

import contextlib
import pathlib
from collections.abc import Callable

import numpy as np
import pytest
import tensorflow as tf

from models.training.checkpoints import Checkpoints
from models.training.saving_rule import SavingRule
from pipeline.file_fault import file_fault

# The fixture of tests/conftest.py.
FullAt = Callable[[int], contextlib.AbstractContextManager[None]]

RULE = SavingRule(min_seconds=0, max_share=1)


def test_a_checkpoint_that_finds_no_room_leaves_the_one_before(tmp_path: pathlib.Path, full_at: FullAt) -> None:
    weights = tf.Variable(np.zeros(20_000))
    checkpoints = Checkpoints(str(tmp_path), {"weights": weights}, RULE)
    for step in (1, 2):
        weights.assign(np.full(20_000, step))
        checkpoints.save()
    weights.assign(np.full(20_000, 3.0))
    with pytest.raises(Exception, match="File too large") as caught, full_at(30_000):
        checkpoints.save()
    told = file_fault(caught.value)
    assert told is not None
    assert told.startswith(f"{tmp_path}/ckpt-3")
    # As the next run does, which knows nothing of it.
    found = tf.Variable(np.zeros(20_000))
    restored = Checkpoints(str(tmp_path), {"weights": found}, RULE)
    assert restored.restore()
    assert set(found.numpy()) == {2.0}
    restored.save()
    assert not list(tmp_path.glob("*_temp/*")), "half a checkpoint is overwritten by the next"


def test_an_export_that_finds_no_room_names_the_file(tmp_path: pathlib.Path, full_at: FullAt) -> None:
    module = tf.Module()
    module.weights = tf.Variable(np.random.default_rng(1).normal(size=20_000))
    folder = str(tmp_path / "model")
    with pytest.raises(Exception, match="File too large") as caught, full_at(30_000):
        tf.saved_model.save(module, folder)
    told = file_fault(caught.value)
    assert told is not None
    assert told.startswith(f"{folder}/variables/")
    assert not (tmp_path / "model" / "saved_model.pb").exists(), "what is half there is no SavedModel"
    tf.saved_model.save(module, folder)
    assert np.array_equal(tf.saved_model.load(folder).weights.numpy(), module.weights.numpy())
