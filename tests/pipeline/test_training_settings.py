"""Settings of `training` that a task must know."""

import pathlib

import pytest

from models.user_error import UserError
from pipeline.config_files.load_config import load_config

CONFIG = """\
name: tickets
task: {task}
data:
  train: train.csv
  eval: dev.csv
training:
  {setting}
"""


@pytest.fixture(autouse=True)
def ranking_task(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ranking_tasks.py").write_text(
        "from models.tasks.text_classification import TextClassification\n\n\n"
        "class Ranking(TextClassification):\n    name = 'ranking'\n    loss_options = frozenset()\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))


def _load(folder: pathlib.Path, task: str, setting: str) -> object:
    path = folder / "config.yaml"
    path.write_text(CONFIG.format(task=task, setting=setting))
    return load_config(path)


@pytest.mark.parametrize("setting", ["class_weights: balanced", "class_weights: {refund: 2}", "label_smoothing: 0.1"])
def test_loss_settings_are_checked_against_the_task(tmp_path: pathlib.Path, setting: str) -> None:
    _load(tmp_path, "text_classification", setting)
    field = setting.partition(":")[0]
    with pytest.raises(UserError, match=rf"training\.{field}: the loss of ranking has no such setting; leave it out"):
        _load(tmp_path, "ranking_tasks:Ranking", setting)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        (
            "freeze: head",
            "line 7: training.freeze: is none, embeddings, all or a number of transformer layers, 1 or more",
        ),
        ("{lora_rank: 4, freeze: all}", "freeze: leave it out with lora_rank, which freezes the whole backbone"),
    ],
)
def test_each_fault_has_its_line(tmp_path: pathlib.Path, setting: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        _load(tmp_path, "text_classification", setting)
    assert message in str(caught.value)
    assert "has 1 fault" in str(caught.value)
