"""Each profile makes of the same rows what `local` makes of them, byte for byte as far as TFX's own writers allow.

Equal in every byte are all of the ingest's files, the schema, and the vocabularies, variables and metadata of the
transform graph. Not comparable byte by byte, even between two runs of `local`:

- transformed examples: TFX serializes each example's features in the order of a hash map, another one in each process.
  Compared are the records in their order, each serialized again with its features sorted;
- the transform graph's SavedModel: TensorFlow numbers functions by how many the process has traced before. Compared are
  all lines of its text form without those numbers; `fingerprint.pb`, a hash of the file with a random name, is not;
- statistics: columns stand in the order in which workers gathered them. Compared are the columns, sorted by name.
"""

import pathlib
import re

import pytest
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2
from tensorflow_metadata.proto.v0 import anomalies_pb2, statistics_pb2

from pipeline.beam.config import BeamConfig


def _content(path: pathlib.Path) -> object:
    match path.name:
        case "FeatureStats.pb":
            statistics = statistics_pb2.DatasetFeatureStatisticsList.FromString(path.read_bytes())
            return sorted(str(column) for dataset in statistics.datasets for column in dataset.features)
        case "SchemaDiff.pb":
            return anomalies_pb2.Anomalies.FromString(path.read_bytes())
        case "saved_model.pb":
            model = str(saved_model_pb2.SavedModel.FromString(path.read_bytes()))
            return sorted(re.sub(r"(?<=[a-z])_\d+(?=\")", "", model).splitlines())
    if "transformed_examples" in path.parts:
        records = tf.data.TFRecordDataset(str(path), "GZIP").as_numpy_iterator()
        return [tf.train.Example.FromString(record).SerializeToString(deterministic=True) for record in records]
    return path.read_bytes()


def _contents(outputs: dict[str, dict[str, str]]) -> dict[str, object]:
    """What is in the files of all outputs, by component, output and path in it."""
    return {
        f"{component} {output} {path.relative_to(uri)}": _content(path)
        for component, uris in outputs.items()
        for output, uri in uris.items()
        for path in pathlib.Path(uri).rglob("*")
        if path.is_file() and path.name != "fingerprint.pb"
    }


@pytest.fixture(scope="module")
def local(run_line) -> dict[str, object]:
    return _contents(run_line(BeamConfig(), "Transform"))


def test_portable_with_a_pool_of_workers(run_line, cluster, local: dict[str, object]) -> None:
    beam = BeamConfig(profile="portable", job_endpoint=cluster.job_endpoint, worker_pool=cluster.worker_pool)
    contents = _contents(run_line(beam, "Transform"))
    assert contents.keys() == local.keys()
    assert [name for name in local if contents[name] != local[name]] == []
    # TextExampleGen, StatisticsGen and Transform: the work was done there.
    assert cluster.log.read_text().count("Starting worker") == 3


def test_multi_process_ingest(run_line, local: dict[str, object]) -> None:
    contents = _contents(run_line(BeamConfig(profile="multi_process", workers=2), "TextExampleGen"))
    expected = {name: content for name, content in local.items() if name.startswith("TextExampleGen ")}
    assert contents == expected
    assert sum(name.endswith(".gz") for name in contents) == 6
