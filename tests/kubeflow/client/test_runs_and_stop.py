"""`bertline kubeflow runs` and `stop`, through the real kfp.Client."""

import datetime
import pathlib
import types
from collections.abc import Callable
from typing import Any

import pytest

TERMINATED = "/runs/{run_id}:terminate"


@pytest.fixture
def start(bertline: Callable[..., Any], config: pathlib.Path, pipeline_file: pathlib.Path) -> Callable[..., Any]:
    def run(*arguments: str) -> None:
        done = bertline("submit", config, "--pipeline-file", pipeline_file, *arguments)
        assert done.code == 0, done.err

    return run


@pytest.fixture
def of_another(stub: types.SimpleNamespace) -> Callable[[], dict[str, Any]]:
    """A run of another pipeline in the same experiment."""

    def run() -> dict[str, Any]:
        theirs = {**stub.store.runs[0], "run_id": "theirs", "display_name": "reviews", "state": "RUNNING"}
        theirs["pipeline_version_reference"] = {"pipeline_id": "p", "pipeline_version_id": "v"}
        stub.store.runs.append(theirs)
        return theirs

    return run


def test_runs_are_listed_newest_first_with_the_schedule_above(
    stub: types.SimpleNamespace,
    bertline: Callable[..., Any],
    config: pathlib.Path,
    pipeline_file: pathlib.Path,
    start: Callable[..., None],
    of_another: Callable[[], Any],
) -> None:
    for _ in range(2):
        start()
    start("--no-cache")
    of_another()
    bertline("schedule", config, "--pipeline-file", pipeline_file, "-p", "training_epochs=2")
    first, second, third = (run for run in stub.store.runs if run["run_id"] != "theirs")
    stub.store.become(first, "FAILED", "the disk is full\nat line 3")
    first["created_at"], first["finished_at"] = "2026-01-02T03:04:00Z", "2026-01-02T04:05:07Z"
    stub.store.become(second, "RUNNING")
    second["created_at"] = (datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=2)).isoformat()
    done = bertline("runs", config)
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[0] == "schedule: 0 0 2 * * * (enabled, training_epochs=2)"
    assert lines[1].split() == ["state", "started", "time", "run,", "id", "and", "error"]
    assert [line.split()[-1] for line in lines[2:5]] == [run["run_id"] for run in (third, second, first)]
    assert [line.split()[0] for line in lines[2:5]] == ["pending", "running", "failed"]
    assert lines[3].split()[3].startswith("2:00:")
    assert lines[4].split()[3] == "1:01:07"
    assert [line.rstrip() for line in lines[5:]] == [" " * lines[4].index("tickets") + "the disk is full"]


def test_a_narrow_terminal_gets_whole_ids(
    stub: types.SimpleNamespace,
    bertline: Callable[..., Any],
    config: pathlib.Path,
    start: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start()
    monkeypatch.setenv("COLUMNS", "80")
    lines = bertline("runs", config).out.splitlines()
    assert len(lines) == 4
    assert lines[3].strip() == stub.store.runs[0]["run_id"]


def test_as_many_runs_as_asked_for_over_several_pages(
    stub: types.SimpleNamespace, bertline: Callable[..., Any], config: pathlib.Path, start: Callable[..., None]
) -> None:
    start()
    (run,) = stub.store.runs
    stub.store.runs += [{**run, "run_id": f"copy-{number}"} for number in range(149)]
    assert len(bertline("runs", config, "--limit", "120").out.splitlines()) == 122
    assert len([each for each in stub.asked("GET", "/runs") if each.query["page_token"]]) == 1
    assert len(bertline("runs", config).out.splitlines()) == 22


def test_nothing_there_is_said(bertline: Callable[..., Any], config: pathlib.Path) -> None:
    done = bertline("runs", config)
    assert done.code == 0
    assert done.out == f"no schedule\ntickets was not run yet; `bertline kubeflow submit {config}` does\n"


def test_stop_ends_all_runs_of_the_pipeline_that_go_on(
    stub: types.SimpleNamespace,
    bertline: Callable[..., Any],
    config: pathlib.Path,
    start: Callable[..., None],
    of_another: Callable[[], dict[str, Any]],
) -> None:
    for arguments in ((), (), ("--no-cache",)):
        start(*arguments)
    theirs = of_another()
    first, second, third, _ = stub.store.runs
    stub.store.become(first, "SUCCEEDED")
    stub.store.become(second, "RUNNING")
    done = bertline("stop", config)
    assert done.code == 0, done.err
    assert [each["state"] for each in (first, second, third, theirs)] == [
        "SUCCEEDED",
        "CANCELING",
        "CANCELING",
        "RUNNING",
    ]
    assert f"stopping {second['display_name']} ({second['run_id']}), which is running\n" in done.out
    assert done.out.endswith("asked Kubeflow to stop 2 runs\n")


def test_stop_ends_the_run_that_is_named(
    stub: types.SimpleNamespace, bertline: Callable[..., Any], config: pathlib.Path, start: Callable[..., None]
) -> None:
    start()
    start()
    first, second = stub.store.runs
    assert bertline("stop", config, first["run_id"]).out.endswith("asked Kubeflow to stop 1 run\n")
    assert (first["state"], second["state"]) == ("CANCELING", "PENDING")


def test_stop_says_where_nothing_goes_on(
    stub: types.SimpleNamespace, bertline: Callable[..., Any], config: pathlib.Path, start: Callable[..., None]
) -> None:
    done = bertline("stop", config)
    assert (done.code, done.out) == (0, "nothing to stop: no run of tickets goes on\n")
    start()
    (run,) = stub.store.runs
    stub.store.become(run, "FAILED")
    done = bertline("stop", config, run["run_id"])
    assert (done.code, done.out) == (0, f"nothing to stop: the run {run['run_id']} is failed\n")
    stub.store.become(run, "CANCELING")
    assert bertline("stop", config).out == "nothing to stop: no run of tickets goes on\n"
    assert stub.asked("POST", TERMINATED) == []


def test_stop_leaves_other_pipelines_runs_alone(
    stub: types.SimpleNamespace,
    bertline: Callable[..., Any],
    config: pathlib.Path,
    start: Callable[..., None],
    of_another: Callable[[], dict[str, Any]],
) -> None:
    start()
    of_another()
    done = bertline("stop", config, "theirs")
    assert done.code == 1
    assert "theirs is no run of tickets, but reviews" in done.err
    done = bertline("stop", config, "nowhere")
    assert done.code == 1
    assert "404" in done.err
    assert stub.asked("POST", TERMINATED) == []
