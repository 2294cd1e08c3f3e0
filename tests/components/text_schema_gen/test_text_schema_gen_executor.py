"""Tests of TextSchemaGen on real artifacts."""

import pathlib

import pyarrow as pa
import pytest
import tensorflow_data_validation as tfdv
from tensorflow_data_validation.statistics import stats_impl
from tfx.types import standard_artifacts

from components.text_schema_gen.column_roles import ColumnRoles
from components.text_schema_gen.executor import Executor
from models.tasks.interface.registry import task_named
from models.user_error import UserError

ROLES = ColumnRoles.of_task(task_named("text_classification"))
CURATED = """# Looked at by hand.
feature { name: "text" type: BYTES }
feature { name: "label" type: BYTES }
"""


def run(folder: pathlib.Path, curated_schema: str) -> pathlib.Path:
    """Executes TextSchemaGen on the statistics of two rows; returns the schema's path."""
    batch = pa.RecordBatch.from_arrays([pa.array([[b"a"], [b"b"]]), pa.array([[b"x"], [b"y"]])], ["text", "label"])
    split = folder / "statistics" / "Split-train"
    split.mkdir(parents=True)
    data = stats_impl.generate_statistics_in_memory(batch, tfdv.StatsOptions())
    (split / "FeatureStats.pb").write_bytes(data.SerializeToString())
    statistics, schema = standard_artifacts.ExampleStatistics(), standard_artifacts.Schema()
    statistics.uri, schema.uri = str(folder / "statistics"), str(folder / "schema")
    Executor().Do(
        {"statistics": [statistics]},
        {"schema": [schema]},
        {"column_roles": ROLES.to_json(), "curated_schema": curated_schema},
    )
    (path,) = (folder / "schema").iterdir()
    return path


def test_without_a_curated_schema_one_is_inferred(tmp_path: pathlib.Path) -> None:
    path = run(tmp_path, curated_schema="")
    assert path.name == "schema.pbtxt"
    assert list(tfdv.get_domain(tfdv.load_schema_text(str(path)), "label").value) == ["x", "y"]


def test_a_curated_schema_is_taken_as_it_is(tmp_path: pathlib.Path) -> None:
    schema = tfdv.load_schema_text(str(run(tmp_path, CURATED)))
    assert [feature.name for feature in schema.feature] == ["text", "label"]
    assert not schema.string_domain


def test_a_curated_schema_that_lacks_the_label_stops_the_run(tmp_path: pathlib.Path) -> None:
    with pytest.raises(UserError, match="the curated schema: has no column label"):
        run(tmp_path, 'feature { name: "text" type: BYTES }')
