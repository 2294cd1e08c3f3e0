"""Tests of the gate on anomalies that TFDV finds."""

import json
import pathlib

import pyarrow as pa
import pytest
import tensorflow_data_validation as tfdv
from google.protobuf import text_format
from tensorflow_data_validation.statistics import stats_impl
from tensorflow_metadata.proto.v0 import anomalies_pb2, schema_pb2
from tfx.types import artifact_utils, standard_artifacts

from components.data_gate.anomaly_table import anomaly_table
from components.data_gate.artifact import DataGateResult
from components.data_gate.executor import Executor
from components.data_gate.found_anomaly import FoundAnomaly, find_anomalies
from models.user_error import UserError

SCHEMA = """
feature { name: "text" type: BYTES presence { min_fraction: 1 } value_count { min: 1 max: 1 } }
feature { name: "label" type: BYTES domain: "label" presence { min_fraction: 1 } value_count { min: 1 max: 1 } }
string_domain { name: "label" value: "yes" value: "no" }
"""


def validate(**columns: list[bytes | None]) -> anomalies_pb2.Anomalies:
    """What ExampleValidator finds in rows."""
    arrays = [
        pa.array([None if value is None else [value] for value in values], pa.list_(pa.binary()))
        for values in columns.values()
    ]
    batch = pa.RecordBatch.from_arrays(arrays, list(columns))
    statistics = stats_impl.generate_statistics_in_memory(batch, tfdv.StatsOptions())
    return tfdv.validate_statistics(statistics, text_format.Parse(SCHEMA, schema_pb2.Schema()))


def run(folder: pathlib.Path, splits: dict[str, anomalies_pb2.Anomalies], **properties: int) -> dict[str, object]:
    """Executes DataGate on the anomalies of each split; returns what it wrote."""
    anomalies, gate = standard_artifacts.ExampleAnomalies(), DataGateResult()
    anomalies.uri, gate.uri = str(folder / "anomalies"), str(folder / "gate")
    anomalies.split_names = artifact_utils.encode_split_names(list(splits))
    for split, found in splits.items():
        (folder / "anomalies" / f"Split-{split}").mkdir(parents=True)
        (folder / "anomalies" / f"Split-{split}" / "SchemaDiff.pb").write_bytes(found.SerializeToString())
    Executor().Do({"anomalies": [anomalies]}, {"gate": [gate]}, dict(properties))
    result: dict[str, object] = json.loads((folder / "gate" / "gate.json").read_text())
    return result


def test_data_that_fit_pass(tmp_path: pathlib.Path) -> None:
    good = validate(text=[b"a", b"b"], label=[b"yes", b"no"])
    assert run(tmp_path, {"train": good, "eval": good}) == {"passed": True, "splits": ["train", "eval"]}


def test_an_anomaly_of_any_split_stops_the_run_with_a_table(tmp_path: pathlib.Path) -> None:
    good = validate(text=[b"a", b"b"], label=[b"yes", b"no"])
    bad = validate(text=[b"a", None, b"c", b"d"], label=[b"yes", b"no", b"perhaps", b"yes"], page=[b"1"] * 4)
    with pytest.raises(UserError) as error:
        run(tmp_path, {"train": good, "eval": bad})
    lines = str(error.value).splitlines()
    assert lines[0] == "The data does not fit the schema:"
    assert [line.split()[:2] for line in lines[2:6]] == [
        ["split", "column"],
        ["eval", "label"],
        ["eval", "page"],
        ["eval", "text"],
    ]
    assert "perhaps (~25%)" in lines[3]
    assert "bertline schema CONFIG" in lines[-1]
    assert not (tmp_path / "gate").exists()


def test_each_reason_of_a_column_is_listed() -> None:
    found = find_anomalies("train", validate(text=[b"a", b"b", b"c"], label=[b"perhaps", b"yes", None]))
    assert [(anomaly.feature, anomaly.what) for anomaly in found] == [
        ("label", "Column dropped"),
        ("label", "Unexpected string values"),
    ]


def test_an_empty_split_is_an_anomaly() -> None:
    found = find_anomalies("eval", validate(text=[], label=[]))
    assert FoundAnomaly("eval", "(all rows)", "No rows", "The split is empty.") in found


def test_a_missing_column_is_named() -> None:
    (found,) = find_anomalies("train", validate(text=[b"a"]))
    assert (found.feature, found.what) == ("label", "Column dropped")


def test_the_anomaly_of_a_whole_split_is_listed() -> None:
    anomalies = anomalies_pb2.Anomalies()
    anomalies.dataset_anomaly_info.short_description = "Low num examples"
    anomalies.dataset_anomaly_info.description = "The split has 3 rows."
    assert find_anomalies("train", anomalies) == [
        FoundAnomaly("train", "(all rows)", "Low num examples", "The split has 3 rows.")
    ]


def test_the_table_wraps_details_under_their_column() -> None:
    table = anomaly_table(
        [
            FoundAnomaly("train", "label", "Unexpected string values", "values: " + "überraschend, " * 8),
            FoundAnomaly("evaluation", "text", "Column dropped", ""),
        ]
    )
    assert table.splitlines() == [
        "split       column  what                      details",
        "train       label   Unexpected string values  values: überraschend, überraschend, überraschend, überraschend,",
        "                                              überraschend, überraschend, überraschend, überraschend,",
        "evaluation  text    Column dropped",
    ]


def test_a_redacted_message_quotes_no_value(tmp_path: pathlib.Path) -> None:
    bad = validate(text=[b"a", b"b"], label=[b"yes", b"perhaps"])
    with pytest.raises(UserError) as error:
        run(tmp_path, {"eval": bad}, redact=1)
    assert "Unexpected string values" in str(error.value)
    assert "perhaps" not in str(error.value)
