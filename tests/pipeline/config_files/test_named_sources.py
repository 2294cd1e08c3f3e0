import json
import pathlib
import subprocess
import sys

import pytest

from models.presets import preset_location
from pipeline.config import PipelineConfig
from pipeline.config_files.named_sources import local_files, missing_sources


def _config(folder: pathlib.Path, **changes: object) -> PipelineConfig:
    values = {"name": "x", "task": "text_classification", "data": {"path": "rows.csv"}, **changes}
    return PipelineConfig.model_validate(values).relative_to(folder)


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    for name in ("rows.csv", "a1.csv", "a2.csv", "b.csv", "c.dat"):
        (tmp_path / name).write_text("text,label\n")
    (tmp_path / "empty.pbtxt").write_text("")
    (tmp_path / "no_preset").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {}),
        ({"data": {"train": "a*.csv", "eval": "b.csv"}}, {}),
        ({"data": {"path": "gs://bucket/rows.csv"}, "model": {"preset": "hf://a/b"}}, {}),
        ({"model": {"preset": "bert_base_zh"}}, {}),
        ({"data": {"path": "rosw.csv"}}, {"data.path": "no file matches"}),
        (
            {"data": {"train": "z*.csv", "eval": "y.csv", "test": "gs://a/b.csv"}},
            {"data.train": "no file matches", "data.eval": "no file matches"},
        ),
        ({"data": {"train": "*.csv", "eval": "b.csv"}}, {"data": "a row of it would be in both"}),
        ({"data": {"train": "a*.csv", "eval": "c.dat"}}, {"data.eval": "tells no format"}),
        ({"schema_file": "nowhere.pbtxt"}, {"schema_file": "nowhere.pbtxt cannot be read"}),
        ({"schema_file": "empty.pbtxt"}, {"schema_file": "is blank"}),
        ({"model": {"preset": "./no_preset"}}, {"model.preset": "is not a folder with a config.json"}),
        ({"model": {"preset": "bert_base_zhh"}}, {"model.preset": "did you mean 'bert_base_zh'?"}),
        ({"model": {"preset": "minilm_l6_em"}}, {"model.preset": "did you mean 'minilm_l6_en'?"}),
        (
            {"data": {"path": "rosw.csv"}, "schema_file": "nowhere.pbtxt", "model": {"preset": "./no"}},
            {"data.path": "no file", "schema_file": "cannot be read", "model.preset": "not a folder"},
        ),
    ],
)
def test_what_is_not_there_is_told(folder: pathlib.Path, changes: dict[str, object], expected: dict[str, str]) -> None:
    missing = {".".join(map(str, place)): text for place, text in missing_sources(_config(folder, **changes)).items()}
    assert missing.keys() == expected.keys()
    for place, words in expected.items():
        assert words in missing[place]


def test_a_preset_folder_whose_parts_do_not_fit_is_told(folder: pathlib.Path) -> None:
    bundled = pathlib.Path(preset_location("minilm_l6_en"))
    settings = json.loads((bundled / "config.json").read_text())
    (folder / "no_preset" / "config.json").write_text(json.dumps({**settings, "vocab_size": 5}))
    (folder / "no_preset" / "vocab.txt").write_bytes((bundled / "vocab.txt").read_bytes())
    [text] = missing_sources(_config(folder, model={"preset": "./no_preset"})).values()
    assert "its vocabulary has 30522 tokens, its embedding 5" in text


def test_only_files_of_this_machine_are_counted(folder: pathlib.Path) -> None:
    data = _config(folder, data={"train": "a*.csv", "eval": "gs://bucket/b.csv"}).data
    assert [pathlib.Path(file.path).name for file in local_files(data)] == ["a1.csv", "a2.csv"]


def test_nothing_heavy_is_imported() -> None:
    code = """
import sys
import pipeline.config_files.named_sources
from pipeline.config_files.keras_hub_presets import keras_hub_presets
keras_hub_presets()
print(*sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()).isdisjoint({"tensorflow", "keras", "keras_hub", "apache_beam", "numpy", "pyarrow"})
