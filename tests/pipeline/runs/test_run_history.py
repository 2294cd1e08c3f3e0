"""Records on disk: their order, their names, runs that still go on and runs that were killed."""

import dataclasses
import pathlib
import signal
import subprocess
import sys
from typing import Any

import pytest

from models.user_error import UserError
from pipeline.file_fault import file_fault
from pipeline.runs.history import RunHistory
from pipeline.runs.lock import run_lock
from pipeline.runs.record import ComponentRecord, RunRecord

RUN_AND_DIE = """
import os, pathlib, signal, sys
from pipeline.runs.history import RunHistory
from pipeline.runs.lock import run_lock
from pipeline.runs.record import RunRecord
from pipeline.runs.recorder import RunRecorder

class Nobody:
    def plan(self, components): ...
    def started(self, component): ...
    def finished(self, component, state, seconds): ...

folder = pathlib.Path(sys.argv[1])
with run_lock(folder):
    recorder = RunRecorder(RunHistory(folder), RunRecord("killed", "2026-01-01T00:00:00+00:00", "/log"), Nobody())
    recorder.started("Trainer")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def history(tmp_path: pathlib.Path) -> RunHistory:
    folder = tmp_path / "runs" / "tickets"
    folder.mkdir(parents=True)
    return RunHistory(folder)


def record(run: str, **fields: object) -> RunRecord:
    made = RunRecord(run=run, started_at="2026-01-01T00:00:00+00:00", log=f"/{run}.log", state="done")
    return dataclasses.replace(made, **fields)  # type: ignore[arg-type]


def save(history: RunHistory, *runs: str) -> None:
    for run in runs:
        history.save(record(run))


def files(history: RunHistory) -> list[str]:
    return sorted(path.name for path in (history.runs_folder / "history").iterdir())


def test_no_runs(tmp_path: pathlib.Path) -> None:
    history = RunHistory(tmp_path / "never")
    assert history.records() == []
    with pytest.raises(UserError, match=r"there are no runs in .*never yet; `bertline run CONFIG` makes one"):
        history.record_of(None)
    assert not (tmp_path / "never").exists()


def test_the_newest_comes_first(history: RunHistory) -> None:
    save(history, "2026-01-02T00-00-00", "2026-01-10T00-00-00.2", "2025-12-31T00-00-00", "2026-01-10T00-00-00")
    assert [found.run for found in history.records()] == [
        "2026-01-10T00-00-00.2",
        "2026-01-10T00-00-00",
        "2026-01-02T00-00-00",
        "2025-12-31T00-00-00",
    ]


def test_the_newest_comes_first_when_clocks_go_back(history: RunHistory) -> None:
    """As in autumn, or in a container whose time zone is another."""
    history.save(record("2026-10-25T02-50-00", started_at="2026-10-25T02:50:00+02:00"))
    history.save(record("2026-10-25T02-10-00", started_at="2026-10-25T02:10:00+01:00"))
    assert history.record_of(None).run == "2026-10-25T02-10-00"


def test_a_record_is_replaced(history: RunHistory) -> None:
    save(history, "a")
    last = record("a", state="failed", error="ünd → \u2028 so", components={"Trainer": ComponentRecord("failed", 2.0)})
    history.save(last)
    assert history.records() == [last]
    assert files(history) == ["a.json"]


def test_a_record_is_removed(history: RunHistory) -> None:
    save(history, "a", "b")
    history.remove(record("a"))
    history.remove(record("a"))
    assert [found.run for found in history.records()] == ["b"]


def test_a_write_that_a_kill_cut_off_is_no_record(history: RunHistory) -> None:
    save(history, "a")
    (history.runs_folder / "history" / ".b.json.unfinished").write_text('{"run": "b')
    assert [found.run for found in history.records()] == ["a"]
    save(history, "b")
    assert files(history) == ["a.json", "b.json"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (None, "2026-02-01T00-00-00.2"),
        ("2026-01", "2026-01-05T00-00-00"),
        ("2026-01-05T00-00-00", "2026-01-05T00-00-00"),
        # The whole name of one is the beginning of another's.
        ("2026-02-01T00-00-00", "2026-02-01T00-00-00"),
        ("2026-02-01T00-00-00.2", "2026-02-01T00-00-00.2"),
    ],
)
def test_a_run_by_its_name_or_its_beginning(history: RunHistory, asked: str | None, found: str) -> None:
    save(history, "2026-02-01T00-00-00", "2026-02-01T00-00-00.2", "2026-01-05T00-00-00")
    assert history.record_of(asked).run == found


def test_an_unknown_run_is_told_which_there_are(history: RunHistory) -> None:
    save(history, *(f"2026-0{month}" for month in range(1, 8)))
    with pytest.raises(UserError) as caught:
        history.record_of("2025")
    assert str(caught.value) == ("no run begins with '2025'; there are: 2026-07, 2026-06, 2026-05, 2026-04, 2026-03")


@pytest.mark.parametrize("beginning", ["2026-1", ""])
def test_several_runs_of_one_beginning_are_named(history: RunHistory, beginning: str) -> None:
    save(history, "2026-10", "2026-11")
    with pytest.raises(UserError) as caught:
        history.record_of(beginning)
    assert str(caught.value) == f"several runs begin with {beginning!r}; there are: 2026-11, 2026-10"


def test_a_run_is_going_on_while_its_process_holds_the_folder(history: RunHistory) -> None:
    history.save(record("a", state="running"))
    with run_lock(history.runs_folder):
        assert history.records()[0].state == "running"
    assert history.records()[0].state == "killed"
    assert '"running"' in (history.runs_folder / "history/a.json").read_text()


def test_a_killed_run_is_known_by_how_far_it_came(history: RunHistory) -> None:
    died = subprocess.run([sys.executable, "-c", RUN_AND_DIE, str(history.runs_folder)], check=False)
    assert died.returncode == -signal.SIGKILL
    (found,) = history.records()
    assert (found.run, found.state) == ("killed", "killed")
    assert found.components == {"Trainer": ComponentRecord("running")}


def test_other_states_stay_while_a_run_goes_on(history: RunHistory) -> None:
    for state in ("done", "failed", "interrupted"):
        history.save(record(state, state=state))
    with run_lock(history.runs_folder):
        assert {found.run: found.state for found in history.records()} == {
            "done": "done",
            "failed": "failed",
            "interrupted": "interrupted",
        }


def test_only_the_newest_run_can_be_going_on(history: RunHistory) -> None:
    history.save(record("a", state="running"))
    history.save(record("b", state="running"))
    with run_lock(history.runs_folder):
        assert [found.state for found in history.records()] == ["running", "killed"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"run": "b"}', '{"components": {}, "outcome": null}'])
def test_a_file_that_is_no_record_is_named(history: RunHistory, content: str) -> None:
    """Left out in silence it must not be: clean-up would take its artifacts for nobody's."""
    save(history, "a")
    (history.runs_folder / "history" / "b.json").write_text(content)
    with pytest.raises(UserError, match=r"history/b\.json"):
        history.records()


def test_a_record_of_a_later_release_is_readable(history: RunHistory) -> None:
    save(history, "a")
    path = history.runs_folder / "history" / "a.json"
    path.write_text(path.read_text().replace("{", '{"later": 1,', 1))
    assert [found.run for found in history.records()] == ["a"]


def test_hidden_files_are_no_records(history: RunHistory) -> None:
    save(history, "a")
    (history.runs_folder / "history" / "._a.json").write_bytes(b"\0\5\x16\7")
    assert [found.run for found in history.records()] == ["a"]


def test_records_are_read_in_the_encoding_they_were_written_in(history: RunHistory) -> None:
    save(history, "a")
    code = (
        "import pathlib, sys; from pipeline.runs.history import RunHistory as H; H(pathlib.Path(sys.argv[1])).records()"
    )
    options = ["-X", "warn_default_encoding", "-W", "error::EncodingWarning"]
    done = subprocess.run(
        [sys.executable, *options, "-c", code, str(history.runs_folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_an_error_with_half_a_character_is_kept(history: RunHistory) -> None:
    """File names that are not UTF-8, and JSON's escapes, can put such halves into messages."""
    history.save(record("a", error="cannot open \udcff.csv"))
    assert history.records()[0].error == "cannot open \udcff.csv"


def test_the_run_that_goes_on_is_known_when_the_clock_was_set_back(history: RunHistory) -> None:
    history.save(record("killed", state="running", started_at="2026-05-05T12:00:00+00:00"))
    history.save(record("later", state="done", started_at="2999-01-01T00:00:00+00:00"))
    with run_lock(history.runs_folder):
        history.settle()
        history.save(record("now", state="running", started_at="2026-05-05T11:00:00+00:00"))
        assert {found.run: found.state for found in history.records()} == {
            "later": "done",
            "killed": "killed",
            "now": "running",
        }
    history.save(record("future", state="running", started_at="2999-01-01T00:00:00+00:00"))
    with run_lock(history.runs_folder):
        assert history.record_of("future").seconds == 0


def test_a_record_that_finds_no_room_leaves_the_one_before(history: RunHistory, full_at: Any) -> None:
    save(history, "a")
    with pytest.raises(OSError, match=r"history/a\.json") as caught, full_at(100):
        history.save(record("a", state="failed"))
    told = file_fault(caught.value)
    assert told is not None
    assert "cannot be written: the disk takes no more of it" in told
    assert files(history) == ["a.json"]
    assert history.record_of("a").state == "done"
