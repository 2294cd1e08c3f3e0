"""Checkpoints that are torn: the one before is taken, or it is said that there is none."""

import pathlib

import numpy as np
import pytest
import tensorflow as tf

from models.training.checkpoints import Checkpoints, UnusableCheckpointError
from models.training.saving_rule import SavingRule

RULE = SavingRule(min_seconds=0, max_share=1)


def _checkpoints(folder: pathlib.Path) -> tuple[Checkpoints, tf.Variable]:
    weights = tf.Variable(np.zeros(5_000))
    return Checkpoints(str(folder), {"weights": weights}, RULE), weights


@pytest.fixture
def saved(tmp_path: pathlib.Path) -> pathlib.Path:
    """Three were saved, of which two are kept: 2 and 3."""
    checkpoints, weights = _checkpoints(tmp_path)
    for step in (1, 2, 3):
        weights.assign(np.full(5_000, step))
        checkpoints.save()
    return tmp_path


@pytest.mark.parametrize("ending", ["data-00000-of-00001", "index"])
@pytest.mark.parametrize("num_bytes", [None, 0, 50])
def test_a_torn_checkpoint_gives_way_to_the_one_before(
    saved: pathlib.Path, ending: str, num_bytes: int | None, caplog: pytest.LogCaptureFixture
) -> None:
    torn = saved / f"ckpt-3.{ending}"
    if num_bytes is None:
        torn.unlink()
    else:
        torn.write_bytes(torn.read_bytes()[:num_bytes])
    checkpoints, weights = _checkpoints(saved)
    assert checkpoints.restore()
    assert set(weights.numpy()) == {2.0}
    # Without its index a checkpoint is not one, and there is nothing to say.
    assert "ckpt-3 cannot be used" in caplog.text or torn.suffix == ".index"


def test_torn_checkpoints_alone_are_told(saved: pathlib.Path) -> None:
    for path in saved.glob("*.data*"):
        path.write_bytes(path.read_bytes()[:100])
    checkpoints, _ = _checkpoints(saved)
    with pytest.raises(UnusableCheckpointError):
        checkpoints.restore()


@pytest.mark.parametrize("content", ["", 'model_checkpoint_path: "ckpt-', "{"])
def test_a_torn_list_of_checkpoints_begins_anew(saved: pathlib.Path, content: str) -> None:
    (saved / "checkpoint").write_text(content)
    checkpoints, weights = _checkpoints(saved)
    assert not checkpoints.restore()
    # The training starts at its beginning, as the first time.
    assert set(weights.numpy()) == {0.0}
    checkpoints.save()
    assert _checkpoints(saved)[0].restore()
