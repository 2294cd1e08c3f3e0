"""Tests that what waits for the gate does not start on bad data, and on Kubeflow waits as well."""

import pathlib

import pyarrow as pa
import pytest
import tensorflow_data_validation as tfdv
from tensorflow_data_validation.statistics import stats_impl
from tfx.components.example_validator.component import ExampleValidator
from tfx.dsl.components.common.importer import Importer
from tfx.orchestration import metadata
from tfx.orchestration.kubeflow.v2.kubeflow_v2_dag_runner import KubeflowV2DagRunner, KubeflowV2DagRunnerConfig
from tfx.orchestration.local.local_dag_runner import LocalDagRunner
from tfx.orchestration.pipeline import Pipeline
from tfx.types.standard_artifacts import ExampleStatistics

from components.current_model.component import CurrentModel
from components.data_gate.component import DataGate
from components.text_schema_gen.column_roles import ColumnRoles
from components.text_schema_gen.component import TextSchemaGen
from models.tasks.interface.registry import task_named
from models.user_error import UserError
from serving.config import ServingConfig

ROLES = ColumnRoles.of_task(task_named("text_classification"))
CURATED = """
feature { name: "text" type: BYTES presence { min_fraction: 1 } shape { dim { size: 1 } } }
feature { name: "label" type: BYTES domain: "label" presence { min_fraction: 1 } shape { dim { size: 1 } } }
string_domain { name: "label" value: "yes" }
default_environment: "TRAINING"
"""


def build_pipeline(folder: pathlib.Path, curated_schema: str) -> Pipeline:
    """Statistics of two rows, their schema, the gate, and a component that waits for it."""
    batch = pa.RecordBatch.from_arrays([pa.array([[b"a"], [b"b"]]), pa.array([[b"yes"], [b"no"]])], ["text", "label"])
    split = folder / "statistics" / "Split-train"
    split.mkdir(parents=True)
    data = stats_impl.generate_statistics_in_memory(batch, tfdv.StatsOptions())
    (split / "FeatureStats.pb").write_bytes(data.SerializeToString())
    importer = Importer(str(folder / "statistics"), ExampleStatistics, properties={"split_names": '["train"]'})
    statistics = importer.with_id("Statistics").outputs["result"]
    schema_gen = TextSchemaGen(statistics, ROLES, curated_schema)
    validator = ExampleValidator(statistics=statistics, schema=schema_gen.outputs["schema"])
    gate = DataGate(anomalies=validator.outputs["anomalies"])
    waiting = CurrentModel(serving=ServingConfig(directory=str(folder / "serving")), name="tickets").with_id("Waiting")
    waiting.add_upstream_node(gate)
    return Pipeline(
        pipeline_name="tickets",
        pipeline_root=str(folder / "artifacts"),
        components=[importer, schema_gen, validator, gate, waiting],
        metadata_connection_config=metadata.sqlite_metadata_connection_config(str(folder / "metadata.sqlite")),
    )


def test_data_that_fit_the_inferred_schema_pass(tmp_path: pathlib.Path) -> None:
    LocalDagRunner().run(build_pipeline(tmp_path, curated_schema=""))
    assert (tmp_path / "artifacts" / "Waiting").exists()


def test_nothing_after_the_gate_starts_on_bad_data(tmp_path: pathlib.Path) -> None:
    with pytest.raises(UserError, match=r"train  label   Unexpected string values"):
        LocalDagRunner().run(build_pipeline(tmp_path, CURATED))
    assert not (tmp_path / "artifacts" / "Waiting").exists()


def test_kubeflow_keeps_the_order(tmp_path: pathlib.Path) -> None:
    runner = KubeflowV2DagRunner(KubeflowV2DagRunnerConfig(use_pipeline_spec_2_1=True))
    job = runner.run(build_pipeline(tmp_path, CURATED), write_out=False)
    tasks = job["pipelineSpec"]["root"]["dag"]["tasks"]
    assert tasks["Waiting"]["dependentTasks"] == ["DataGate"]
    assert tasks["TextSchemaGen"]["inputs"]["parameters"]["curated_schema"]["runtimeValue"]["constant"] == CURATED
