"""Three tasks of the compiled pipeline, run from its YAML alone through an emulated backend."""

import csv
import json
import pathlib
import sys
from typing import Any

import pytest
import tensorflow as tf
from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import schema_pb2

STOCK_ENTRYPOINT = [sys.executable, "-m", "tfx.orchestration.kubeflow.v2.container.kubeflow_v2_run_executor"]


def test_three_tasks_hand_on_their_artifacts(backend_for: type, spec: dict[str, Any], tmp_path: pathlib.Path) -> None:
    backend = backend_for(spec, tmp_path, publish_logs=True)
    for task in ("TextExampleGen", "StatisticsGen", "TextSchemaGen"):
        backend.run(task)
    assert all(artifact["uri"].startswith("minio://mlpipeline/") for artifact in backend.artifacts.values())

    examples = backend.stored(backend.artifacts["TextExampleGen", "examples"]["uri"])
    shards = [str(shard) for shard in examples.glob("Split-*/*")]
    num_examples = sum(1 for _ in tf.data.TFRecordDataset(shards, compression_type="GZIP"))
    with (tmp_path / "volume/data/tickets.csv").open(encoding="utf-8", newline="") as opened:
        assert num_examples == len(list(csv.DictReader(opened)))

    labels = backend.stored(backend.artifacts["TextExampleGen", "label_vocabulary"]["uri"]) / "labels.json"
    assert len(json.loads(labels.read_text(encoding="utf-8"))) == 8

    [schema_file] = backend.stored(backend.artifacts["TextSchemaGen", "schema"]["uri"]).iterdir()
    schema = text_format.Parse(schema_file.read_text(encoding="utf-8"), schema_pb2.Schema())
    assert {"text", "label", "channel"} <= {feature.name for feature in schema.feature}


@pytest.mark.parametrize(
    ("task", "message"),
    [
        ("TextExampleGen", "Unable to get filesystem from specified path"),
        ("StatisticsGen", "in _retrieve_class_path"),
    ],
)
def test_the_stock_entrypoint_fails_on_the_same_input(
    backend_for: type, spec: dict[str, Any], tmp_path: pathlib.Path, task: str, message: str
) -> None:
    backend = backend_for(spec, tmp_path)
    backend.artifacts["TextExampleGen", "examples"] = {"name": "1", "uri": "minio://mlpipeline/examples"}
    finished = backend.start(task, backend.executor_input(task), command=STOCK_ENTRYPOINT)
    assert finished.returncode != 0
    assert message in finished.stderr
