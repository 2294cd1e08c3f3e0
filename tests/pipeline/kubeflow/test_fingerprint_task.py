"""The keys that the first task on Kubeflow finds: new ones for what changed, and only there."""

import json
import os
import pathlib
import subprocess
import sys
from typing import Any

import pytest

from pipeline.config import PipelineConfig
from pipeline.kubeflow.fingerprint_task import main

COMPONENTS = {
    "TextExampleGen": {"modules": ["components.text_example_gen.executor"], "is_told_of_model": False},
    "StatisticsGen": {"modules": [], "is_told_of_model": False},
    "Trainer": {"modules": ["models.training.run_fn"], "is_told_of_model": True},
}


@pytest.fixture
def project(tmp_path: pathlib.Path) -> dict[str, Any]:
    """Parameters of the task, on data of two days and a preset's vocabulary."""
    for day in ("01", "02"):
        (tmp_path / f"2026-11-{day}.csv").write_text(f"text,label\nday {day},a\n")
    (tmp_path / "vocabulary.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nday\n")
    config = PipelineConfig(
        name="tickets",
        task="text_classification",
        data={"path": str(tmp_path / "{YYYY}-{MM}-{DD}.csv")},
        model={"preset": "scratch", "scratch": {"vocabulary": str(tmp_path / "vocabulary.txt")}},
        runs_directory=str(tmp_path / "runs"),
    )
    return {
        "config": config.model_dump_json(exclude={"notifications", "kubeflow"}),
        "components": json.dumps(COMPONENTS),
        "data_span": "",
        "data_window": 1.0,
    }


def _keys(parameters: dict[str, Any], folder: pathlib.Path) -> dict[str, str]:
    output = folder / "outputs" / "output_metadata.json"
    given = {"inputs": {"parameterValues": parameters}, "outputs": {"outputFile": str(output)}}
    assert main(["--executor_input", json.dumps(given)]) == 0
    keys: dict[str, str] = json.loads(output.read_text())["parameterValues"]
    return keys


def _changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    assert set(before) == set(after) == {*COMPONENTS, "data_span"}
    return {name for name in before if before[name] != after[name]}


def test_the_same_data_and_code_give_the_same_keys(project: dict[str, Any], tmp_path: pathlib.Path) -> None:
    assert _changed(_keys(project, tmp_path), _keys(project, tmp_path)) == set()


def test_a_changed_file_concerns_the_ingest_and_a_changed_vocabulary_the_training(
    project: dict[str, Any], tmp_path: pathlib.Path
) -> None:
    before = _keys(project, tmp_path)
    (tmp_path / "2026-11-02.csv").write_text("text,label\nanother day,a\n")
    after = _keys(project, tmp_path)
    assert _changed(before, after) == {"TextExampleGen"}
    (tmp_path / "vocabulary.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nday\nnight\n")
    assert _changed(after, _keys(project, tmp_path)) == {"Trainer"}


def test_a_new_day_is_seen_and_a_span_set_for_the_run_goes_before(
    project: dict[str, Any], tmp_path: pathlib.Path
) -> None:
    second = _keys(project, tmp_path)
    assert _changed(second, _keys({**project, "data_span": "2026-11-01"}, tmp_path)) == {"TextExampleGen", "data_span"}
    assert _changed(second, _keys({**project, "data_window": 2.0}, tmp_path)) == {"TextExampleGen"}
    (tmp_path / "2026-11-03.csv").write_text("text,label\nday 03,a\n")
    assert _changed(second, _keys(project, tmp_path)) == {"TextExampleGen", "data_span"}
    assert _changed(second, _keys({**project, "data_span": "2026-11-02"}, tmp_path)) == set()


def test_the_newest_span_is_settled_for_the_whole_run(project: dict[str, Any], tmp_path: pathlib.Path) -> None:
    newest = _keys(project, tmp_path)
    assert newest["data_span"] == "2026-11-02"
    named = _keys({**project, "data_span": "2026-11-02"}, tmp_path)
    assert named == newest, "the same data under another name"


def test_a_fault_is_one_sentence_and_no_parameter(project: dict[str, Any], tmp_path: pathlib.Path) -> None:
    for file in tmp_path.glob("*.csv"):
        file.unlink()
    output = tmp_path / "output_metadata.json"
    given = {"inputs": {"parameterValues": project}, "outputs": {"outputFile": str(output)}}
    finished = subprocess.run(
        [sys.executable, "-m", "pipeline.kubeflow.fingerprint_task", "--executor_input", json.dumps(given)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 1
    assert finished.stderr.startswith("bertline: ")
    assert len(finished.stderr.splitlines()) == 1
    assert not output.exists()


def test_it_imports_neither_tensorflow_nor_tfx(project: dict[str, Any], tmp_path: pathlib.Path) -> None:
    given = {"inputs": {"parameterValues": project}, "outputs": {"outputFile": str(tmp_path / "keys.json")}}
    finished = subprocess.run(
        [
            sys.executable,
            "-X",
            "importtime",
            "-m",
            "pipeline.kubeflow.fingerprint_task",
            "--executor_input",
            json.dumps(given),
        ],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {
        line.rpartition("|")[2].strip() for line in finished.stderr.splitlines() if line.startswith("import time:")
    }
    assert not {name for name in imported if name.partition(".")[0] in {"tensorflow", "tfx", "apache_beam", "keras"}}


def test_without_a_place_to_remember_it_still_finds_them(project: dict[str, Any], tmp_path: pathlib.Path) -> None:
    (tmp_path / "runs").write_text("a file where the folder should be")
    assert set(_keys(project, tmp_path)) == {*COMPONENTS, "data_span"}
