"""Which runs stay, what goes with the others, and what a clean-up must never touch."""

import dataclasses
import os
import pathlib
import shutil
import signal
import subprocess
import sys
from typing import Any

import pytest

from pipeline.runs.clean_up import CleanUp, carry_out, plan_clean_up
from pipeline.runs.history import RunHistory
from pipeline.runs.record import ComponentRecord, RunRecord
from serving.version_record import VersionOrigin
from serving.version_store import VersionStore

COMPONENTS = {"TextExampleGen": ("examples", "rejects"), "Trainer": ("model",)}


@dataclasses.dataclass(frozen=True)
class Project:
    """Runs and served versions, hand-made: folders as TFX lays them out, each with a file of 100 bytes."""

    folder: pathlib.Path

    @property
    def history(self) -> RunHistory:
        return RunHistory(self.folder / "runs" / "tickets")

    @property
    def store(self) -> VersionStore:
        return VersionStore(self.folder / "serving", "tickets")

    def run(self, day: int, reused: RunRecord | None = None, **fields: Any) -> RunRecord:
        """A run on a day of January; its executions have numbers of their own."""
        components = {}
        for number, (name, outputs) in enumerate(COMPONENTS.items()):
            execution = 10 * day + number
            if reused and name == "TextExampleGen":
                components[name] = dataclasses.replace(reused.components[name], state="cached")
                continue
            node = self.history.runs_folder / "artifacts" / name
            folders = {output: node / output / str(execution) for output in outputs}
            system = [node / ".system" / kind / str(execution) for kind in ("executor_execution", "driver_execution")]
            for place in (*folders.values(), *system, node / ".system/stateful_working_dir" / f"uuid-{execution}"):
                write(place / "file")
            components[name] = ComponentRecord("done", 1.0, {key: str(path) for key, path in folders.items()})
        name = f"2026-01-{day:02}T00-00-00"
        log = self.history.runs_folder / "logs" / f"{name}.log"
        write(log)
        record = RunRecord(name, f"2026-01-{day:02}T00:00:00+00:00", str(log), "done", 60.0, components, inputs="i")
        record = dataclasses.replace(record, **fields)
        self.history.save(record)
        return record

    def promote(self, run: str, keep_versions: int = 9) -> pathlib.Path:
        """Puts a model of its own into service."""
        source = self.folder / f"model of {run}"
        write(source / "saved_model.pb", run.ljust(100).encode())
        return pathlib.Path(self.store.promote(source, VersionOrigin("someone", run, "", ""), keep_versions).location)

    def plan(self, num_kept: int) -> CleanUp:
        return plan_clean_up(self.history, self.store, num_kept)

    def clean(self, num_kept: int) -> CleanUp:
        plan = self.plan(num_kept)
        carry_out(plan, self.history)
        return plan

    def files(self) -> set[str]:
        """All files below the runs' folder."""
        folder = self.history.runs_folder
        return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def write(path: pathlib.Path, content: bytes = b"x" * 100) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def set_day(path: pathlib.Path, day: int) -> None:
    time = 1767225600 + (day - 1) * 86400
    os.utime(path, (time, time))


def days(records: Any) -> list[int]:
    return [int(record.run[8:10]) for record in records]


def kept(plan: CleanUp) -> dict[int, str]:
    return {int(record.run[8:10]): reason for record, reason in plan.kept}


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Project:
    return Project(tmp_path)


def test_the_newest_runs_stay(project: Project) -> None:
    for day in range(1, 6):
        project.run(day)
    plan = project.plan(2)
    assert kept(plan) == {5: "one of the last 2", 4: "one of the last 2"}
    assert days(plan.removed) == [3, 2, 1]


def test_runs_behind_served_versions_and_the_last_whole_one_stay(project: Project) -> None:
    first = project.run(1)
    project.run(2)
    project.run(3)
    project.run(4, part="to Transform")
    project.run(5, state="failed")
    project.run(6, state="interrupted")
    project.promote(first.run)
    assert kept(project.plan(1)) == {
        6: "one of the last 1",
        3: "the last that went to its end",
        1: "made version 1",
    }


def test_versions_of_runs_nobody_knows_keep_none(project: Project) -> None:
    """Put there by hand, by a person, by Kubeflow, or by a run that was cleaned away."""
    project.run(1)
    project.run(2)
    folder = project.promote("2025-12-31T00-00-00")
    project.promote("")
    project.promote("a person's own")
    shutil.copytree(folder, project.store.base / "9", ignore=shutil.ignore_patterns("assets.extra"))
    (project.store.base / "10").mkdir()
    (project.store.base / "11").touch()
    before = sorted(path for path in project.store.base.rglob("*"))
    assert days(project.clean(1).removed) == [1]
    assert sorted(path for path in project.store.base.rglob("*")) == before


def test_the_run_of_a_pruned_version_goes(project: Project) -> None:
    for day in (1, 2, 3):
        project.promote(project.run(day).run, keep_versions=2)
    assert kept(project.plan(1)) == {3: "one of the last 1", 2: "made version 2"}


def test_a_plan_removes_nothing(project: Project) -> None:
    project.run(1)
    project.run(2)
    before = project.files()
    project.plan(1)
    assert project.files() == before


def test_all_that_a_run_left_goes_and_all_that_others_left_stays(project: Project) -> None:
    project.run(2)
    wanted = {name for name in project.files() if "stateful_working_dir" not in name}
    project.run(1)
    before = project.files()
    plan = project.clean(1)
    assert project.files() == wanted
    assert before - wanted
    # All of these are of 100 bytes, but the record is not counted.
    num_files = len(before - wanted) - 1
    assert plan.num_bytes == 100 * num_files
    assert not [path for path in plan.folders if path.exists()]


def test_the_outputs_of_all_kept_runs_stay(project: Project) -> None:
    records = [project.run(day) for day in (1, 2, 3, 4)]
    project.promote(records[0].run)
    project.clean(2)
    stay = [all(pathlib.Path(folder, "file").is_file() for folder in record.output_folders()) for record in records]
    assert stay == [True, False, True, True]


def test_a_driver_s_folders_are_named_by_the_time_and_go(project: Project) -> None:
    project.run(1)
    old = project.history.runs_folder / "artifacts/TextExampleGen/.system/driver_execution/1767225600000000"
    write(old / "driver_output.pb")
    project.clean(1)
    assert not old.exists()


def test_what_a_later_run_took_from_a_removed_one_stays(project: Project) -> None:
    first = project.run(1)
    second = project.run(2, reused=first)
    assert days(project.clean(1).removed) == [1]
    for folder in second.output_folders():
        assert pathlib.Path(folder, "file").is_file()
    assert not pathlib.Path(first.components["Trainer"].outputs["model"]).exists()
    # Of the execution that made them, the working folder too.
    system = project.history.runs_folder / "artifacts/TextExampleGen/.system/executor_execution"
    assert [path.name for path in system.iterdir()] == ["10"]


def test_numbers_of_one_component_keep_nothing_of_another(project: Project) -> None:
    project.run(1)
    stranger = project.history.runs_folder / "artifacts/Trainer/.system/executor_execution/10"
    write(stranger / "file")
    project.clean(1)
    assert not stranger.exists()


def test_cleaning_twice_finds_nothing_more(project: Project) -> None:
    for day in (1, 2, 3):
        project.run(day)
    project.clean(2)
    again = project.clean(2)
    assert (again.removed, again.folders, again.num_bytes) == ((), (), 0)


def test_a_run_whose_folders_somebody_deleted_goes(project: Project) -> None:
    record = project.run(1)
    project.run(2)
    for folder in record.output_folders():
        shutil.rmtree(folder)
    pathlib.Path(record.log).unlink()
    assert days(project.clean(1).removed) == [1]
    assert days(project.history.records()) == [2]


def test_left_overs_go_when_they_are_older_than_all_that_is_kept(project: Project) -> None:
    project.run(1)
    project.run(5)
    for name, day in (("old", 4), ("new", 6)):
        for place in (f"checkpoints/{name}/file", f"rejects/{name}.jsonl", f"monitoring/reference-{name}.json"):
            write(project.history.runs_folder / place)
            top, below, *_ = pathlib.PurePath(place).parts
            set_day(project.history.runs_folder / top / below, day)
    project.clean(1)
    left = {name for name in project.files() if name.startswith(("checkpoints", "rejects", "monitoring"))}
    assert left == {"checkpoints/new/file", "rejects/new.jsonl", "monitoring/reference-new.json"}


def test_memories_and_the_lock_stay(project: Project) -> None:
    project.run(1)
    for name in ("file_hashes.json", ".lock"):
        write(project.history.runs_folder / name)
        set_day(project.history.runs_folder / name, 1)
    project.clean(1)
    assert {"file_hashes.json", ".lock"} <= project.files()


def test_nothing_was_run(project: Project) -> None:
    assert project.clean(5) == CleanUp((), (), (), 0)


def test_links_in_artifacts_are_not_followed(project: Project) -> None:
    record = project.run(1)
    project.run(2)
    elsewhere = project.folder / "elsewhere"
    write(elsewhere / "file")
    pathlib.Path(record.components["Trainer"].outputs["model"], "link").symlink_to(elsewhere)
    project.clean(1)
    assert (elsewhere / "file").is_file()


CLEAN_AND_DIE = """
import os, pathlib, signal, sys
from pipeline.runs.clean_up import carry_out, plan_clean_up
from pipeline.runs.history import RunHistory
from serving.version_store import VersionStore

history, calls_left = RunHistory(pathlib.Path(sys.argv[1])), int(sys.argv[2])
plan = plan_clean_up(history, VersionStore("serving", "tickets"), 1)

def die_before_the_last_call(frame, event, function):
    global calls_left
    if event == "c_call" and function.__name__ in {"unlink", "rmdir", "open"}:
        calls_left -= 1
        if calls_left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.setprofile(die_before_the_last_call)
carry_out(plan, history)
"""


@pytest.mark.parametrize("die_at", [1, 4, 9, 14, 19, 24, 29])
def test_a_kill_leaves_the_rest_to_the_next_clean_up(project: Project, die_at: int) -> None:
    kept_run = project.run(2)
    wanted = {name for name in project.files() if "stateful_working_dir" not in name}
    project.run(1)
    command = [sys.executable, "-c", CLEAN_AND_DIE, str(project.history.runs_folder), str(die_at)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert wanted <= project.files()
    assert project.history.records()[0] == kept_run
    project.clean(1)
    assert project.files() == wanted


def test_a_copied_project_cleans_itself_and_not_the_original(project: Project) -> None:
    project.run(1)
    project.run(2)
    before = project.files()
    copy = Project(project.folder.with_name(f"{project.folder.name} copy"))
    shutil.copytree(project.folder, copy.folder)
    copy.clean(1)
    assert project.files() == before
    assert {name for name in copy.files() if name.startswith("artifacts/Trainer/model")} == {
        "artifacts/Trainer/model/21/file"
    }


def test_without_any_record_nothing_goes(project: Project) -> None:
    """Of runs of a release that kept no history, or of a history that somebody deleted."""
    project.run(1)
    shutil.rmtree(project.history.runs_folder / "history")
    before = project.files()
    project.clean(5)
    assert project.files() == before


def test_the_log_of_a_run_that_never_began_goes(project: Project) -> None:
    """Such as one that found another run going on."""
    project.run(5)
    log = project.history.runs_folder / "logs" / "2026-01-01T00-00-00.log"
    write(log)
    set_day(log, 1)
    project.clean(1)
    assert not log.exists()


@pytest.mark.parametrize("content", ["{}", "not JSON"])
def test_a_version_with_a_foreign_record_is_one_put_there_by_hand(project: Project, content: str) -> None:
    project.run(1)
    write(project.store.base / "7" / "assets.extra" / "promotion.json", content.encode())
    assert kept(project.plan(1)) == {1: "one of the last 1"}
