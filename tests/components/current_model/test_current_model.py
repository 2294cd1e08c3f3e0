"""Tests of the pointer to the version in service, alone and in pipelines."""

import pathlib

import pytest
from tfx.orchestration import metadata
from tfx.orchestration.local.local_dag_runner import LocalDagRunner
from tfx.orchestration.pipeline import Pipeline

from components.current_model.artifact import CurrentModelPointer
from components.current_model.component import CurrentModel
from components.current_model.executor import Executor
from components.current_model.record import CurrentModelRecord, read_current_model
from serving.config import ServingConfig
from serving.model_fingerprint import model_fingerprint
from serving.version_record import VersionOrigin
from serving.version_store import VersionStore

ORIGIN = VersionOrigin(promoted_by="test", run="run", model="model", reason="good")


@pytest.fixture
def store(tmp_path: pathlib.Path) -> VersionStore:
    return VersionStore(tmp_path / "serving", "tickets")


def promote(store: VersionStore, source: pathlib.Path, content: str) -> None:
    source.mkdir()
    (source / "saved_model.pb").write_text(content)
    store.promote(source, ORIGIN, keep_versions=5)


def find(store: VersionStore, folder: pathlib.Path) -> CurrentModelRecord:
    """What CurrentModel's executor writes."""
    pointer = CurrentModelPointer()
    pointer.uri = str(folder)
    properties = {"serving": ServingConfig(directory=str(store.base.parent)).model_dump_json(), "model_name": "tickets"}
    Executor().Do({}, {"current_model": [pointer]}, properties)
    return read_current_model(pointer.uri)


def run_pipeline(store: VersionStore, folder: pathlib.Path) -> list[CurrentModelRecord]:
    """Runs a pipeline of CurrentModel alone; returns what each of its executions so far wrote."""
    pipeline = Pipeline(
        pipeline_name="tickets",
        pipeline_root=str(folder / "artifacts"),
        components=[CurrentModel(serving=ServingConfig(directory=str(store.base.parent)), name="tickets")],
        enable_cache=True,
        metadata_connection_config=metadata.sqlite_metadata_connection_config(str(folder / "metadata.sqlite")),
    )
    LocalDagRunner().run(pipeline)
    outputs = (folder / "artifacts" / "CurrentModel" / "current_model").iterdir()
    return [read_current_model(str(output)) for output in sorted(outputs, key=lambda output: int(output.name))]


def test_nothing_is_in_service_before_the_first_promotion(store: VersionStore, tmp_path: pathlib.Path) -> None:
    assert find(store, tmp_path / "pointer") == CurrentModelRecord(None, None, None)
    assert not store.base.exists()


def test_the_pointer_names_the_newest_version(store: VersionStore, tmp_path: pathlib.Path) -> None:
    promote(store, tmp_path / "a", "a")
    promote(store, tmp_path / "b", "b")
    record = find(store, tmp_path / "pointer")
    assert record == CurrentModelRecord(2, str(store.base / "2"), model_fingerprint(tmp_path / "b"))


def test_a_version_put_there_by_hand_is_in_service_too(store: VersionStore, tmp_path: pathlib.Path) -> None:
    (store.base / "00000123").mkdir(parents=True)
    (store.base / "00000123" / "saved_model.pb").write_text("by hand")
    record = find(store, tmp_path / "pointer")
    assert (record.version, record.uri) == (123, str(store.base / "00000123"))
    assert record.fingerprint == model_fingerprint(store.base / "00000123")


def test_a_cached_pointer_is_used_only_while_the_same_version_is_in_service(
    store: VersionStore, tmp_path: pathlib.Path
) -> None:
    assert [record.version for record in run_pipeline(store, tmp_path)] == [None]
    promote(store, tmp_path / "a", "a")
    assert [record.version for record in run_pipeline(store, tmp_path)] == [None, 1]
    assert [record.version for record in run_pipeline(store, tmp_path)] == [None, 1]
    promote(store, tmp_path / "b", "b")
    assert [record.version for record in run_pipeline(store, tmp_path)] == [None, 1, 2]
