import pathlib
import tempfile
from typing import Any

import hypothesis
import hypothesis.strategies as st
import pydantic
import pytest
import yaml

from models.user_error import UserError
from pipeline.config import PipelineConfig
from pipeline.config_files.check import ConfigCheck
from pipeline.config_files.document import ConfigDocument
from pipeline.config_files.load_config import load_config

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


def _written(folder: pathlib.Path, text: str) -> pathlib.Path:
    path = folder / "pipeline.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def _load(folder: pathlib.Path, text: str) -> PipelineConfig:
    return load_config(_written(folder, text))


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
        ("label: topic", "lable: topic", "lable: not a column of text_classification, which has text, text_pair,"),
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
        ("name: tickets", "name: tickets\non: a", "line 2: on: there is no such field"),
        ("name: tickets", "name: tickets\n2024-01-01: a", "line 2: 2024-01-01: there is no such field"),
        ("columns: {text", "columns: {no: x, text", "line 6: data.columns: no: not a column of text_classification"),
        ("[{metric", "[{1.5: a, metric", "line 9: evaluation.thresholds.0.1.5: YAML reads this key as float"),
        ("text_classification", "'.x:A'", "line 2: task: the task '.x:A' is not `package.module:Class`"),
        ("text_classification", "summarise", "task: there is no task 'summarise'"),
        (
            "name: tickets",
            "name: a\nserving: {promote_to: canary}",
            "promote_to: canary needs models_config: true, by which servers know labels",
        ),
        ("name: tickets", "name: 5", "line 1: name: must be text; put it in quotes: '5'"),
        ("name: tickets", "name:", "line 1: name: has no value; give it one, or leave the field out"),
        ("name: tickets", "name: My Tickets", "must fit the pattern ^[a-z0-9][a-z0-9_-]*$ (got 'My Tickets')"),
        ("name: tickets", "name: a\nepochs: 3", "epochs: there is no such field here; it belongs to training.epochs"),
        ("name: tickets", "name: a\nmodel:", "line 2: model: has no value; give it one, or leave the field out"),
        ("name: tickets", "name: a\nmodel: big", "model: must be a section with fields of its own (got 'big')"),
        ("name: tickets", "name: a\ntraining: {epochs: yes}", "training.epochs: must be a whole number (got 'yes')"),
        ("name: tickets", "name: a\ntraining: {epochs: 0}", "training.epochs: must be at least 1 (got 0)"),
        ("name: tickets", "name: a\ntraining: {learning_rate: x}", "learning_rate: must be a number (got 'x')"),
        ("name: tickets", "name: a\nmodel: {dropout: 1}", "model.dropout: must be less than 1 (got 1)"),
        (
            "name: tickets",
            "name: a\ntraining: {precision: bf16}",
            "precision: must be one of auto, float32, bfloat16, float16; did you mean 'bfloat16'? (got 'bf16')",
        ),
        (
            "  train",
            "  format: CSV\n  train",
            "data.format: must be one of auto, csv, tsv, jsonl, parquet, tfrecord, conll, squad, documents; did",
        ),
        ("  train", "  header: 7\n  train", "data.header: must be true or false (got 7)"),
        ("  train", "  split: {trian: 1}\n  train", "data.split.trian: there is no such field; did you mean 'train'?"),
        ("  train", "  split: {x: 1}\n  train", "data.split.x: there is no such field; known are train, eval, test"),
        (
            "{text: message, label: topic}",
            "[text]",
            "data.columns: must be a mapping, such as {key: value} (got a list)",
        ),
        ("[channel]", "channel", "evaluation.slices: must be a list, such as [a, b] (got 'channel')"),
        (
            "[{metric: accuracy, at_least: 0.9}]",
            "{metric: accuracy}",
            "thresholds: must be a list, such as [a, b] (got",
        ),
        (
            "at_least",
            "at_leest",
            "line 9: evaluation.thresholds.0.at_leest: there is no such field; did you mean 'at_l",
        ),
        ("[{metric", "[accuracy, {metric", "evaluation.thresholds.0: must be a section with fields of its own (got 'a"),
        ("9}]", "9, slice: channel}]", "evaluation.thresholds.0.slice: must be a mapping"),
        (
            "9}]",
            "9, slice: {channel: 5}}]",
            "evaluation.thresholds.0.slice.channel: must be text; put it in quotes: '5'",
        ),
        (
            "name: tickets",
            "redact: true\nmonitoring: {prediction_log: logs/tickets}\nname: tickets",
            "monitoring.prediction_log: a prediction log holds what people ask",
        ),
        ("name: tickets", "name: [", "is not YAML: line 3, column 5: expected ',' or ']', but got ':'"),
        ("  eval", "\teval", "is not YAML: line 5, column 1: found character '\\t' that cannot start any token"),
        ("  eval", "\teval", "; indent with spaces, not with tabs\n"),
        ("data/train.csv", "*.csv", "line 4, column 11: expected alphabetic"),
        ("data/train.csv", "*.csv", "; text that begins with `*` needs quotes"),
        ("tickets", "tick\x07ets", "it holds the character U+0007, which YAML does not allow"),
        ("tickets", "!!int x", "is not YAML: "),
        ("  train", "  extra_columns: &a [*a]\n  train", "nested too deeply, or an alias in it holds itself"),
        ("name: tickets", "name: a\nx: " + "[" * 5000, "nested too deeply"),
        (GOOD, GOOD + "---\n" + GOOD, "leave out the line `---`"),
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


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # Faults between sections, beside faults inside them.
        (
            {"label: topic": "lable: topic", "0.9": "high", "name: tickets": "name: My Tickets"},
            ["1: name", "6: data.columns: lable", "9: evaluation.thresholds.0.at_least"],
        ),
        # Several faults between sections.
        (
            {
                "label: topic": "lable: topic",
                "metric: accuracy": "metric: acuracy",
                "slices:": "split: test\n  slices:",
            },
            ["6: data.columns: lable", "8: evaluation.split: data has no", "10: evaluation.thresholds: acuracy"],
        ),
        # A misspelt task is taken for the nearest, a misspelt field too.
        (
            {"text_classification": "text_clasification", "label: topic": "lable: topic", "slices": "slice"},
            ["2: task: there is no task", "6: data.columns: lable", "8: evaluation.slice: there is no"],
        ),
        # Without a task nothing is said of its columns.
        ({"text_classification": "summarise", "label: topic": "lable: topic"}, ["2: task: there is no task"]),
        # A wrong item hides nothing of the others, which keep their places.
        (
            {"[{metric: accuracy": "[7, {metric: acuracy", "  train": "  quoting: 5\n  train"},
            ["4: data.quoting", "10: evaluation.thresholds.0", "10: evaluation.thresholds: acuracy"],
        ),
        # What was taken out is not missed.
        ({"data/train.csv": "[a, b]"}, ["4: data.train: must be text (got a list)$"]),
        (
            {"metric: accuracy": "metrik: accuracy"},
            ["9: evaluation.thresholds.0.metrik: there is no such field; did you mean 'metric'?$"],
        ),
    ],
)
def test_no_fault_hides_another(tmp_path: pathlib.Path, changes: dict[str, str], expected: list[str]) -> None:
    text = GOOD
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    title, *faults = _faults(tmp_path, text).splitlines()
    assert f"has {len(expected)} fault" in title
    for fault, start in zip(faults, expected, strict=True):
        assert f"{fault}$".startswith(f"  line {start}")


def test_words_that_yaml_takes_for_truth_values_and_dates_are_text_where_text_is_asked_for(
    tmp_path: pathlib.Path,
) -> None:
    config = load_config(
        _written(tmp_path, GOOD.replace("{text: message, label: topic}", "{text: 2024-13-45, label: No}\n  header: no"))
    )
    assert config.data.columns == {"text": "2024-13-45", "label": "No"}
    assert config.data.header is False


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 600) | st.floats() | st.sampled_from(["", "x", "eval", "accuracy"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["metric", "at_least", "train", "eval", "text", "slice", "x"]), inner)
    ),
    max_leaves=6,
)
_PLACES = ("name", "task", "data", "training", "model", "data.path", "data.split", "data.columns", "training.epochs")
_PLACES += ("evaluation", "evaluation.split", "evaluation.slices", "evaluation.thresholds", "modle", "data.trian")


@hypothesis.given(st.dictionaries(st.sampled_from(_PLACES), _VALUES, max_size=5))
@hypothesis.settings(deadline=None, max_examples=300)
def test_every_wrong_config_is_told_and_no_right_one_refused(changes: dict[str, Any]) -> None:
    values = yaml.safe_load(GOOD)
    for place, value in sorted(changes.items(), reverse=True):
        section, _, name = place.rpartition(".")
        parent = values.setdefault(section, {}) if section else values
        if isinstance(parent, dict):
            parent[name] = value
    text = yaml.safe_dump(values)
    with tempfile.TemporaryDirectory() as folder:
        document = ConfigDocument.read(_written(pathlib.Path(folder), text))
    check = ConfigCheck(document)
    assert (check.config is None) == bool(check.faults)
    try:
        expected = PipelineConfig.model_validate(document.values)
    except pydantic.ValidationError:
        assert check.faults
    else:
        assert check.config == expected


def test_missing_file_is_named(tmp_path: pathlib.Path) -> None:
    with pytest.raises(UserError, match=r"nowhere\.yaml cannot be read"):
        load_config(tmp_path / "nowhere.yaml")


def test_key_that_is_no_string_is_told_once_and_hides_no_other_fault(tmp_path: pathlib.Path) -> None:
    message = _faults(tmp_path, GOOD.replace("name: tickets", "1: tickets") + "modle: {}\n")
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
