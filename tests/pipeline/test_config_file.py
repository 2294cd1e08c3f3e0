import pathlib

import pytest

from components.user_error import UserError
from pipeline.config_file import load_config

GOOD = """\
name: tickets
task: text_classification
data:
  train: data/train.csv
  eval: /elsewhere/dev.csv
  columns: {text: message, label: topic}
evaluation:
  slices: [channel]
  thresholds: [{metric: accuracy, at_least: 0.9}]
"""


def _load(folder: pathlib.Path, text: str) -> object:
    path = folder / "pipeline.yaml"
    path.write_text(text, encoding="utf-8")
    return load_config(path)


def _faults(folder: pathlib.Path, text: str) -> str:
    with pytest.raises(UserError) as caught:
        _load(folder, text)
    return str(caught.value)


def test_relative_paths_are_the_config_files(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "pipeline.yaml"
    path.write_text(GOOD)
    config = load_config(path)
    assert config.data.train == str(tmp_path / "data/train.csv")
    assert config.data.eval == "/elsewhere/dev.csv"
    assert config.serving.directory == str(tmp_path / "serving")
    assert config.runs_directory == str(tmp_path / "runs")


def test_uris_and_preset_names_stay_as_they_are(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "pipeline.yaml"
    path.write_text(GOOD.replace("data/train.csv", "gs://bucket/train.csv") + "model: {preset: hf://a/b}\n")
    config = load_config(path)
    assert config.data.train == "gs://bucket/train.csv"
    assert config.model.preset == "hf://a/b"


def test_all_faults_are_told_at_once_with_their_lines(tmp_path: pathlib.Path) -> None:
    text = GOOD.replace("name: tickets", "name: My Tickets").replace("columns", "colums")
    message = _faults(tmp_path, text + "training:\n  epochs: many\n  seed: -1\nmodle: {}\n")
    assert "has 5 faults" in message
    assert "line 1: name:" in message
    assert "line 6: data.colums: there is no such field; did you mean 'columns'?" in message
    assert "line 11: training.epochs:" in message
    assert "got 'many'" in message
    assert "line 12: training.seed:" in message
    assert "line 13: modle: there is no such field; did you mean 'model'?" in message


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("text_classification", "text_clasification", "did you mean 'text_classification'"),
        ("label: topic", "lable: topic", "lable: not a column of text_classification, which has text, label"),
        ("metric: accuracy", "metric: acuracy", "acuracy: not a metric of text_classification"),
        ("  eval: /elsewhere/dev.csv\n", "", "line 3: data: give `train` and `eval`"),
        ("name: tickets\n", "", "name: is missing"),
        ("name: tickets", "name: a\nname: b", "line 2: name: is given twice, first in line 1"),
        ("name: tickets", "name: [", "is not YAML"),
        (GOOD, "just words", "is not a mapping"),
        (GOOD, "", "is not a mapping"),
    ],
)
def test_each_fault_names_the_way_out(tmp_path: pathlib.Path, old: str, new: str, expected: str) -> None:
    assert old in GOOD
    assert expected in _faults(tmp_path, GOOD.replace(old, new))


def test_missing_file_is_named(tmp_path: pathlib.Path) -> None:
    with pytest.raises(UserError, match=r"nowhere\.yaml cannot be read"):
        load_config(tmp_path / "nowhere.yaml")
