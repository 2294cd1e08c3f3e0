import pathlib

import pytest

from models.user_error import UserError
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
        ("metric: accuracy, at_least", "metric: example_count, at_most_below_current", "neither better nor worse"),
        (
            "evaluation:\n",
            "evaluation:\n  split: test\n",
            "data has no split 'test', only train, eval; choose one of these under evaluation.split, "
            "or its files as data.test",
        ),
        ("evaluation:\n", "evaluation:\n  split: tset\n", "data has no split 'tset', only train, eval; choose"),
        ("  eval: /elsewhere/dev.csv\n", "", "line 3: data: give `train` and `eval`"),
        ("name: tickets\n", "", "name: is missing"),
        ("name: tickets", "name: a\nname: b", "line 2: name: is given twice, first in line 1"),
        ("name: tickets", "name: tickets\n1: a", "line 2: 1: YAML reads this key as int; put it in quotes: '1'"),
        ("name: tickets", "on: a", "line 1: on: YAML reads this key as bool; put it in quotes: 'on'"),
        ("columns: {text", "columns: {no: x, text", "line 6: data.columns.no: YAML reads this key as bool"),
        ("[{metric", "[{1.5: a, metric", "line 9: evaluation.thresholds.0.1.5: YAML reads this key as float"),
        ("text_classification", "'.x:A'", "line 2: task: the task '.x:A' is not `package.module:Class`"),
        ("name: tickets", "name: [", "is not YAML"),
        (GOOD, "just words", "is not a mapping"),
        (GOOD, "", "is not a mapping"),
    ],
)
def test_each_fault_names_the_way_out(tmp_path: pathlib.Path, old: str, new: str, expected: str) -> None:
    assert old in GOOD
    assert expected in _faults(tmp_path, GOOD.replace(old, new))


def test_a_split_by_hash_without_a_share_is_no_split_to_judge_on(tmp_path: pathlib.Path) -> None:
    files = "  train: data/train.csv\n  eval: /elsewhere/dev.csv\n"
    text = GOOD.replace(files, "  path: all.csv\n  split: {train: 9, eval: 1}\n")
    text = text.replace("evaluation:\n", "evaluation:\n  split: test\n")
    assert "or give test a share under data.split" in _faults(tmp_path, text)
    _load(tmp_path, text.replace("eval: 1}", "eval: 1, test: 1}"))


def test_missing_file_is_named(tmp_path: pathlib.Path) -> None:
    with pytest.raises(UserError, match=r"nowhere\.yaml cannot be read"):
        load_config(tmp_path / "nowhere.yaml")


def test_key_that_is_no_string_is_told_once_and_hides_no_other_fault(tmp_path: pathlib.Path) -> None:
    message = _faults(tmp_path, GOOD.replace("name: tickets", "on: tickets") + "modle: {}\n")
    assert "has 3 faults" in message
    assert "name: is missing" in message
    assert "did you mean 'model'" in message


@pytest.mark.parametrize(
    ("preset", "expected"),
    [
        ("presets/mine", "{folder}/presets/mine"),
        ("./mine", "{folder}/mine"),
        ("mine", "{folder}/mine"),
        ("/elsewhere/mine", "/elsewhere/mine"),
        ("minilm_l6_en", "minilm_l6_en"),
        ("bert_base_zh", "bert_base_zh"),
        ("hf://presets/mine", "hf://presets/mine"),
    ],
)
def test_local_preset_is_taken_from_the_config_files_folder(tmp_path: pathlib.Path, preset: str, expected: str) -> None:
    for name in ("mine", "minilm_l6_en"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text("{}")
    path = tmp_path / "pipeline.yaml"
    path.write_text(GOOD + f"model: {{preset: '{preset}'}}\n")
    assert load_config(path).model.preset == expected.format(folder=tmp_path)
    # On Kubeflow the folder is another, and is not here.
    there = load_config(path, pathlib.Path("/mnt/bertline"))
    assert there.model.preset == expected.format(folder="/mnt/bertline")


@pytest.mark.parametrize("text", ["", " \n"])
def test_blank_schema_file_does_not_mean_none(tmp_path: pathlib.Path, text: str) -> None:
    (tmp_path / "schema.pbtxt").write_text(text)
    path = tmp_path / "pipeline.yaml"
    path.write_text(GOOD + "schema_file: schema.pbtxt\n")
    with pytest.raises(UserError, match=r"schema\.pbtxt is blank; `bertline schema` writes one"):
        load_config(path).curated_schema()
