"""Versions and their record while the clock goes back: their order is that of the promotions."""

import datetime
import pathlib

import pytest

from pipeline.runs.clean_up import plan_clean_up
from pipeline.runs.history import RunHistory
from pipeline.runs.record import RunRecord
from serving import version_store
from serving.named_versions import named_version_store
from serving.named_versions.folder_space import FolderSpace
from serving.named_versions.named_version_store import NamedVersionStore, Served
from serving.promotion import JudgedAgainst, ModelVersions, WithdrawnModelError
from serving.version_record import VersionOrigin
from serving.version_store import VersionStore

YEARS = (2030, 2026, 2001, 1971)


def _model(folder: pathlib.Path, content: str) -> pathlib.Path:
    folder.mkdir()
    (folder / "saved_model.pb").write_text(content)
    return folder


def _set_clock(patch: pytest.MonkeyPatch, year: int) -> None:
    now = datetime.datetime(year, 1, 1, tzinfo=datetime.UTC).isoformat(timespec="seconds")
    patch.setattr(version_store, "_now", lambda: now)
    patch.setattr(named_version_store, "_now", lambda: now)


@pytest.mark.parametrize("labels", [False, True])
def test_versions_rise_and_the_oldest_go(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, labels: bool) -> None:
    base = tmp_path / "serving" / "m"
    folder = VersionStore(tmp_path / "serving", "m")
    named = NamedVersionStore(FolderSpace(base), Served("m", str(base)))
    store: ModelVersions = named if labels else folder
    for number, year in enumerate(YEARS, start=1):
        _set_clock(monkeypatch, year)
        origin = VersionOrigin("test", f"run-{year}", "model", "good")
        against = JudgedAgainst(number - 1 if number > 1 else None)
        promoted = store.promote(_model(tmp_path / str(number), str(number)), origin, 2, against)
        assert (promoted.version, store.current()) == (number, number)
    assert store.numbers() == (3, 4)
    entries = named.changes() if labels else folder.audit_log.entries()
    told = [(entry["version"], entry["promoted_at"][:4]) for entry in entries if entry["event"] == "promoted"]
    assert told == [(number, str(year)) for number, year in enumerate(YEARS, start=1)]
    # Withdrawn stays withdrawn, however early that seems to have been.
    _set_clock(monkeypatch, 1970)
    store.rollback(None, "a person", "worse")
    with pytest.raises(WithdrawnModelError, match="worse"):
        store.promote(tmp_path / "4", VersionOrigin("test", "run", "m", "good"), 2, JudgedAgainst(store.current()))


def test_a_clean_up_keeps_the_runs_of_served_versions(tmp_path: pathlib.Path) -> None:
    store, history = VersionStore(tmp_path / "serving", "m"), RunHistory(tmp_path / "runs")
    for number, year in enumerate(YEARS, start=1):
        run = f"run-{year}"
        history.save(RunRecord(run, f"{year}-01-01T00:00:00+00:00", f"/{run}.log", state="done"))
        store.promote(_model(tmp_path / str(number), str(number)), VersionOrigin("test", run, "model", "good"), 2)
    plan = plan_clean_up(history, store, num_kept=1)
    assert {record.run for record in plan.removed} == {"run-2026"}
    assert {record.run: reason for record, reason in plan.kept} == {
        "run-2030": "one of the last 1",
        "run-2001": "made version 3",
        "run-1971": "made version 4",
    }
