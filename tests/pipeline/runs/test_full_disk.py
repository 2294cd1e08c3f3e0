"""A run on a disk that is full: what its components leave, who is told, and how the next one goes on."""

import contextlib
import pathlib
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from tfx.dsl.component.experimental.annotations import OutputArtifact
from tfx.dsl.component.experimental.decorators import component
from tfx.orchestration import metadata, pipeline
from tfx.types.standard_artifacts import Model

from models.user_error import UserError
from pipeline.config_files.load_config import load_config
from pipeline.file_fault import file_fault
from pipeline.local_runner import LocalRun, LocalRunner
from pipeline.log_file import new_log_path
from pipeline.runs import line_run
from pipeline.runs.history import RunHistory
from pipeline.runs.line_run import LineRun
from pipeline.runs.part import RunPart
from pipeline.runs.recorder import RunRecorder

# The fixture of tests/conftest.py.
FullAt = Callable[[int], contextlib.AbstractContextManager[None]]

_DISK: dict[str, Any] = {"full": contextlib.nullcontext}


class _Silent:
    def plan(self, components: list[str]) -> None: ...

    def started(self, component: str) -> None: ...

    def finished(
        self, component: str, state: str, seconds: float, outputs: Mapping[str, str] | None = None
    ) -> None: ...


@component
def Writes(model: OutputArtifact[Model]) -> None:  # noqa: N802
    """Two files, as a library writes them: the second does not fit."""
    with _DISK["full"]():
        (pathlib.Path(model.uri) / "small").write_bytes(b"x" * 10)
        (pathlib.Path(model.uri) / "large").write_bytes(b"x" * 100_000)


def _run(folder: pathlib.Path) -> dict[str, dict[str, str]]:
    run = LocalRun(name="run", cache_key=lambda classes, properties: "", part=RunPart(), base=None)
    return LocalRunner(_Silent(), run).run(
        pipeline.Pipeline(
            "full",
            str(folder / "artifacts"),
            metadata_connection_config=metadata.sqlite_metadata_connection_config(str(folder / "metadata.sqlite")),
            components=[Writes()],
            enable_cache=True,
        )
    )


def test_a_component_that_finds_no_room_leaves_no_half_output(
    tmp_path: pathlib.Path, full_at: FullAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setitem(_DISK, "full", lambda: full_at(50_000))
        with pytest.raises(UserError) as caught:
            _run(tmp_path)
    assert str(caught.value) == (
        f"Writes: a file below {tmp_path} cannot be written: the disk takes no more of it (File too large); see "
        "whether `ulimit -f` or the file system sets a limit, and give the same command again: it goes on from there"
    )
    assert not [path for path in (tmp_path / "artifacts").rglob("*") if path.is_file()]
    # With room, the same run is whole, and counts as done from then on.
    outputs = _run(tmp_path)
    assert (pathlib.Path(outputs["Writes"]["model"]) / "large").stat().st_size == 100_000
    assert _run(tmp_path) == outputs


def test_transform_on_a_full_disk_is_told_as_such(build_transform_output: Any, full_at: FullAt) -> None:
    import tensorflow as tf

    from models.tasks.interface.chosen_task import ChosenTask

    spec = {"text": tf.io.FixedLenFeature([1], tf.string), "label": tf.io.FixedLenFeature([1], tf.string)}
    rows = [{"text": ["good film"], "label": ["good"]}, {"text": ["awful"], "label": ["bad"]}]
    with pytest.raises(Exception, match="File too large") as caught, full_at(50_000):
        build_transform_output(ChosenTask("text_classification"), spec, rows)
    told = file_fault(caught.value, "a file below the run's folder")
    assert told is not None
    assert "cannot be written: the disk takes no more of it (File too large)" in told


def test_people_are_told_though_the_record_finds_no_room(
    tmp_path: pathlib.Path, full_at: FullAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rows.csv").write_text("text,label\na,x\nb,y\n")
    path = tmp_path / "config.yaml"
    path.write_text("name: full\ntask: text_classification\ndata: {path: rows.csv}\n")
    told: list[str] = []
    monkeypatch.setattr(line_run, "notify", lambda config, message: told.append(str(message)) or [])
    with contextlib.ExitStack() as disk:

        def fill(self: LineRun, recorder: RunRecorder) -> None:
            recorder.started("Transform")
            disk.enter_context(full_at(0))
            recorder.started("Trainer")

        monkeypatch.setattr(LineRun, "_run_components", fill)
        line = LineRun(load_config(path), RunPart())
        with pytest.raises(OSError, match=r"history/[^.].*\.json") as caught:
            line.execute(new_log_path(tmp_path / "runs/full/logs"), _Silent())
    assert file_fault(caught.value) is not None
    (message,) = told
    assert "File too large" in message
    # What was known before stays, and the folder is free for the next run.
    (record,) = RunHistory(tmp_path / "runs/full").records()
    assert (record.state, record.components["Transform"].state) == ("killed", "running")
    assert "Trainer" not in record.components
