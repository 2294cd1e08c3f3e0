"""Where a second run reads and writes, and the version that it is judged against."""

import dataclasses
import pathlib

import pytest

from components.current_model.record import CurrentModelRecord, write_current_model
from pipeline.config_files.load_config import load_config
from pipeline.places import runs_folder
from pipeline.reproduce.recorded_run import RecordedRun
from pipeline.reproduce.second_run import SecondRun
from pipeline.runs.provenance import CodeVersion, Provenance
from pipeline.runs.record import ComponentRecord, RunOutcome, RunRecord
from serving.version_record import VersionOrigin
from serving.version_store import VersionStore

ORIGIN = VersionOrigin(promoted_by="run", run="r", model="m", reason="", metrics={}, withdraws=())


class Project:
    """A pipeline with versions 1 and 2 in service, and a run that was judged against one of them."""

    def __init__(self, folder: pathlib.Path) -> None:
        (folder / "config.yaml").write_text("name: x\ntask: text_classification\ndata: {path: data.csv}\n")
        self.config = load_config(folder / "config.yaml")
        self.store = VersionStore(folder / "serving", "x")
        for content in ("one", "two"):
            model = folder / content
            model.mkdir()
            (model / "saved_model.pb").write_text(content)
            self.store.promote(model, ORIGIN, keep_versions=5)
        self._current = folder / "current"

    def judged_against(self, version: int | None, fingerprint: str | None = None) -> RecordedRun:
        uri = str(self.store.base / str(version)) if version else None
        fingerprint = fingerprint or (self.store.fingerprint(version) if version else None)
        write_current_model(CurrentModelRecord(version, uri, fingerprint), str(self._current))
        record = RunRecord(
            run="r",
            started_at="t",
            log="l",
            state="done",
            components={"CurrentModel": ComponentRecord("done", 0, {"current_model": str(self._current)})},
            outcome=RunOutcome(True, 3, None, "", "", {}),
            provenance=Provenance(CodeVersion("f"), None, {}, {}, None, "p", self.config.model_dump(mode="json"), {}),
        )
        return RecordedRun.of(record)


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Project:
    return Project(tmp_path)


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return tmp_path_factory.mktemp("place")


def _versions(place: pathlib.Path) -> dict[str, str]:
    return {path.parent.name: path.read_text() for path in place.glob("serving/x/*/saved_model.pb")}


def test_the_version_of_then_is_the_only_one(project: Project, place: pathlib.Path) -> None:
    second = SecondRun(project.judged_against(1), place)
    assert second.without_baseline == ""
    assert _versions(place) == {"1": "one"}
    assert VersionStore(place / "serving", "x").fingerprint(1) == project.store.fingerprint(1)


def test_where_none_was_in_service_there_is_none(project: Project, place: pathlib.Path) -> None:
    assert SecondRun(project.judged_against(None), place).without_baseline == ""
    assert _versions(place) == {}


def test_a_version_that_is_gone_is_told(project: Project, place: pathlib.Path) -> None:
    run = project.judged_against(1)
    project.store.prune(1)
    assert SecondRun(run, place).without_baseline == "version 1, in service then, is gone"
    assert _versions(place) == {}


def test_another_model_under_its_number_is_told(project: Project, place: pathlib.Path) -> None:
    run = project.judged_against(2, fingerprint="of another")
    assert SecondRun(run, place).without_baseline == "version 2 is another model than then"
    assert _versions(place) == {}


def test_results_that_were_removed_are_told(project: Project, place: pathlib.Path) -> None:
    run = project.judged_against(1)
    removed = dataclasses.replace(run, record=dataclasses.replace(run.record, components={}))
    assert SecondRun(removed, place).without_baseline == "what was in service then was removed with the run's results"


def test_it_writes_into_its_place_only(project: Project, place: pathlib.Path, tmp_path: pathlib.Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    run = project.judged_against(1)
    created = {tmp_path / "current", tmp_path / "current" / "current_model.json"}
    second = SecondRun(run, place)
    assert second.log.is_relative_to(place)
    assert not runs_folder(run.config).exists()
    assert {*tmp_path.rglob("*")} - created - {place, *place.rglob("*")} == {*before} - created
