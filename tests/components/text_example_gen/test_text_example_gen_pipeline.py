"""TextExampleGen under TFX's local runner: an earlier run's output is used again until a file changes."""

import pathlib
from typing import Any

import ml_metadata as mlmd
import pytest
from ml_metadata.proto import metadata_store_pb2
from tfx.orchestration.local.local_dag_runner import LocalDagRunner
from tfx.orchestration.metadata import sqlite_metadata_connection_config
from tfx.orchestration.pipeline import Pipeline

from components.text_example_gen.component import TextExampleGen
from components.text_example_gen.config import DataConfig
from components.text_example_gen.executor import Executor
from components.text_example_gen.fingerprint import data_fingerprint
from models.tasks.interface.chosen_task import ChosenTask
from models.user_error import UserError

RUNNER = "--runner=apache_beam.runners.portability.fn_api_runner.fn_runner.FnApiRunner"


TASK = ChosenTask("text_classification").to_json()


def run(folder: pathlib.Path, data: DataConfig) -> list[str]:
    """Runs a pipeline of this one component; returns the states of all runs so far."""
    component = TextExampleGen(task=TASK, data=data, failed_rejects=str(folder / "failed"))
    connection = sqlite_metadata_connection_config(str(folder / "metadata.sqlite"))
    pipeline = Pipeline(
        pipeline_name="ingest",
        pipeline_root=str(folder / "root"),
        components=[component],
        enable_cache=True,
        metadata_connection_config=connection,
        beam_pipeline_args=[RUNNER],
    )
    LocalDagRunner().run(pipeline)
    return _states(folder)


def _states(folder: pathlib.Path) -> list[str]:
    connection = sqlite_metadata_connection_config(str(folder / "metadata.sqlite"))
    executions = mlmd.MetadataStore(connection).get_executions()
    return [metadata_store_pb2.Execution.State.Name(execution.last_known_state) for execution in executions]


def test_unchanged_files_are_not_read_again(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "all.csv"
    path.write_text("text,label\n" + "".join(f"text {n},{'xy'[n % 2]}\n" for n in range(100)))
    data = DataConfig(path=str(path))
    assert run(tmp_path, data) == ["COMPLETE"]
    assert run(tmp_path, data) == ["COMPLETE", "CACHED"]
    path.write_text(path.read_text().replace("text 5,", "text V,"))
    assert run(tmp_path, data) == ["COMPLETE", "CACHED", "COMPLETE"]


def test_a_change_between_the_drivers_look_and_the_reading_is_told(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "all.csv"
    rows = "text,label\n" + "".join(f"text {n},{'xy'[n % 2]}\n" for n in range(100))
    path.write_text(rows)
    data = DataConfig(path=str(path))
    real = Executor.Do

    def change_first(self: Executor, *arguments: Any) -> None:
        path.write_text(rows.replace("text 5,", "text V,"))
        real(self, *arguments)

    monkeypatch.setattr(Executor, "Do", change_first)
    with pytest.raises(UserError, match=r"the data changed between the run's first look .*all\.csv"):
        run(tmp_path, data)
    # What was read is not kept as the result of what was looked at.
    assert _states(tmp_path) == ["FAILED"]


def test_fingerprint_changes_with_content_name_and_split(tmp_path: pathlib.Path) -> None:
    for name in ("a.csv", "b.csv", "c.csv"):
        (tmp_path / name).write_text("same")
    found = {
        data_fingerprint(DataConfig(train=f"{tmp_path}/a.csv", eval=f"{tmp_path}/b.csv")),
        data_fingerprint(DataConfig(train=f"{tmp_path}/b.csv", eval=f"{tmp_path}/a.csv")),
        data_fingerprint(DataConfig(train=f"{tmp_path}/a.csv", eval=f"{tmp_path}/c.csv")),
    }
    (tmp_path / "b.csv").write_text("other")
    found.add(data_fingerprint(DataConfig(train=f"{tmp_path}/a.csv", eval=f"{tmp_path}/b.csv")))
    assert len(found) == 4
