"""What the Trainer finds to start from, on this machine and on an object store."""

import json
import pathlib
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from tfx.types import standard_artifacts
from tfx.types.artifact_utils import encode_split_names
from tfx.types.channel import Channel

from components.current_model.served_model import ServedModel
from components.text_example_gen.artifact import LabelVocabulary
from components.text_example_gen.label_vocabulary import label_vocabulary, labels_file, write_label_vocabulary
from components.trainer.artifact import Predictions
from components.trainer.component import Trainer
from models.config import TrainingConfig
from models.export.kept_weights import KeptWeights
from serving.config import ServingConfig
from serving.open_versions import open_versions
from serving.version_record import VersionOrigin

KEPT = KeptWeights("text_classification", ("a",), "vocabulary", ("logits/kernel",), (np.ones((2, 1), "float32"),))


RUN_FN = """
import json, pathlib
from models.export.kept_weights import KeptWeights

def run_fn(fn_args):
    folder = pathlib.Path(fn_args.custom_config.get("start", {}).get("folder") or "/nowhere")
    labels = KeptWeights.read(folder).labels if (folder / "float32.safetensors").is_file() else None
    pathlib.Path(fn_args.serving_model_dir).mkdir(parents=True)
    pathlib.Path(__file__).with_name("asked.json").write_text(json.dumps([fn_args.custom_config, labels]))
"""
"""Writes down what it is asked for, and the labels of the weights that it finds."""


@pytest.fixture(autouse=True)
def _recording_run_fn(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "recording_run_fn.py").write_text(RUN_FN)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("recording_run_fn", None)


def _train(folder: pathlib.Path, continues: ServedModel | None) -> tuple[dict[str, Any], list[str] | None]:
    """What the `run_fn` was asked for, and the labels of the weights that it found."""
    inputs = {
        "examples": standard_artifacts.Examples(),
        "transform_graph": standard_artifacts.TransformGraph(),
        "raw_examples": standard_artifacts.Examples(),
        "label_vocabulary": LabelVocabulary(),
    }
    component = Trainer(
        **{name: Channel(type=type(artifact)) for name, artifact in inputs.items()},
        run_fn="recording_run_fn.run_fn",
        custom_config={"training": TrainingConfig().model_dump()},
        continues=continues,
    )
    outputs = {
        "model": standard_artifacts.Model(),
        "model_run": standard_artifacts.ModelRun(),
        "predictions": Predictions(),
    }
    for name, artifact in {**inputs, **outputs}.items():
        artifact.uri = str(folder / name)
    for name in ("examples", "raw_examples"):
        inputs[name].split_names = encode_split_names(["train", "eval"])
    (folder / "label_vocabulary").mkdir()
    write_label_vocabulary(label_vocabulary({b"b": 2}, ["a"]), labels_file(inputs["label_vocabulary"].uri))
    executor = component.executor_spec.executor_class()
    executor.Do(
        {name: [artifact] for name, artifact in inputs.items()},
        {name: [artifact] for name, artifact in outputs.items()},
        dict(component.exec_properties),
    )
    config, labels = json.loads((folder / "asked.json").read_text())
    return config, labels


def _promote(folder: pathlib.Path, serving: ServingConfig, with_weights: bool) -> None:
    source = folder / "source"
    source.mkdir()
    (source / "saved_model.pb").write_bytes(b"x")
    if with_weights:
        KEPT.write(str(source))
    open_versions(serving, "tickets").promote(source, VersionOrigin("me", "", "", ""), 5)


@pytest.mark.parametrize("place", ["folder", "object store"])
@pytest.mark.parametrize("with_weights", [True, False])
def test_the_weights_of_the_version_in_service_are_at_hand(
    tmp_path: pathlib.Path, object_store: str, place: str, with_weights: bool
) -> None:
    directory = str(tmp_path / "serving") if place == "folder" else f"{object_store}/{with_weights}"
    serving = ServingConfig(directory=directory)
    _promote(tmp_path, serving, with_weights)
    config, labels = _train(tmp_path, ServedModel(serving, "tickets"))
    assert config["start"]["name"] == "version 1 in service"
    assert labels == (["a"] if with_weights else None)
    assert config["kept_labels"] == ["a"]


def test_there_may_be_none(tmp_path: pathlib.Path) -> None:
    config, _ = _train(tmp_path, ServedModel(ServingConfig(directory=str(tmp_path / "serving")), "tickets"))
    assert config["start"] == {"name": "", "folder": ""}


def test_by_default_nobody_looks(tmp_path: pathlib.Path) -> None:
    config, _ = _train(tmp_path, None)
    assert "start" not in config


def test_how_models_are_tried_and_kept_is_no_part_of_the_place() -> None:
    serving = ServingConfig(directory="/serving")
    others = ServingConfig(directory="/serving", keep_versions=2, latency_p99_ms=5.0, validate_served=False)
    assert ServedModel(serving, "x").properties() == ServedModel(others, "x").properties()
    labelled = ServingConfig(directory="/serving", models_config=True, promote_to="canary")
    assert ServedModel.of_properties(ServedModel(labelled, "x").properties()).serving == labelled
