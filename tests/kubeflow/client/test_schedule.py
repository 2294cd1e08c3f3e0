"""`bertline kubeflow schedule`, through the real kfp.Client."""

import pathlib
import types
from collections.abc import Callable
from typing import Any

import pytest

RECURRING, DELETED = "/recurringruns", "/recurringruns/{recurring_run_id}"


@pytest.fixture
def schedule(bertline: Callable[..., Any], config: pathlib.Path, pipeline_file: pathlib.Path) -> Callable[..., Any]:
    def run(*arguments: str) -> Any:
        return bertline("schedule", config, "--pipeline-file", pipeline_file, *arguments)

    return run


def test_it_runs_the_version_by_the_configs_cron_one_at_a_time_without_catching_up(
    stub: types.SimpleNamespace, schedule: Callable[..., Any]
) -> None:
    done = schedule()
    assert done.code == 0, done.err
    (made,) = stub.store.recurring_runs
    assert made["trigger"] == {"cron_schedule": {"cron": "0 0 2 * * *"}}
    assert (made["no_catchup"], made["max_concurrency"], made["status"]) == (True, "1", "ENABLED")
    assert made["pipeline_version_reference"]["pipeline_version_id"] == stub.store.versions[0]["pipeline_version_id"]
    assert made["runtime_config"]["pipeline_root"] == "minio://mlpipeline/bertline"
    assert made["experiment_id"] == stub.store.experiments[0]["experiment_id"]
    assert done.out.startswith("scheduled tickets-")
    assert "at 0 0 2 * * *" in done.out


def test_the_same_again_changes_nothing(stub: types.SimpleNamespace, schedule: Callable[..., Any]) -> None:
    schedule("-p", "training_epochs=2")
    before = stub.store.recurring_runs[:]
    done = schedule("-p", "training_epochs=2")
    assert done.out.startswith("nothing to change: scheduled already, tickets-")
    assert done.out.endswith("training_epochs=2\n")
    assert stub.store.recurring_runs == before
    assert len(stub.asked("POST", RECURRING)) == 1
    assert stub.asked("DELETE", DELETED) == []


def test_a_change_makes_the_new_one_before_it_deletes_the_old_one_whose_runs_go_on(
    stub: types.SimpleNamespace, schedule: Callable[..., Any]
) -> None:
    schedule()
    (old,) = stub.store.recurring_runs
    run = {"run_id": "1", "recurring_run_id": old["recurring_run_id"], "state": "RUNNING"}
    stub.store.runs.append(run)
    assert schedule("--cron", "0 30 3 * * mon-fri").code == 0
    (new,) = stub.store.recurring_runs
    assert new["trigger"]["cron_schedule"]["cron"] == "0 30 3 * * mon-fri"
    assert new["recurring_run_id"] != old["recurring_run_id"]
    writes = [request.method for request in stub.requests if "/recurringruns" in request.path]
    assert [method for method in writes if method != "GET"] == ["POST", "POST", "DELETE"]
    assert run["state"] == "RUNNING"


def disabled(stub: types.SimpleNamespace) -> None:
    stub.store.recurring_runs[0]["status"] = "DISABLED"


def catching_up(stub: types.SimpleNamespace) -> None:
    stub.store.recurring_runs[0]["no_catchup"] = False


def of_another_account(stub: types.SimpleNamespace) -> None:
    stub.store.recurring_runs[0]["service_account"] = "someone"


def with_artifacts_elsewhere(stub: types.SimpleNamespace) -> None:
    stub.store.recurring_runs[0]["runtime_config"]["pipeline_root"] = "minio://mlpipeline/other"


def of_another_experiment(stub: types.SimpleNamespace) -> None:
    other = stub.store.create_experiment({"display_name": "other"})
    stub.store.recurring_runs[0]["experiment_id"] = other["experiment_id"]


@pytest.mark.parametrize(
    "change", [disabled, catching_up, of_another_account, with_artifacts_elsewhere, of_another_experiment]
)
def test_what_others_changed_is_put_right(
    stub: types.SimpleNamespace,
    schedule: Callable[..., Any],
    config: pathlib.Path,
    change: Callable[[types.SimpleNamespace], None],
) -> None:
    config.write_text(config.read_text().replace("kubeflow: {", "kubeflow: {service_account: nightly, "))
    schedule()
    change(stub)
    assert schedule().out.startswith("scheduled ")
    assert len(stub.asked("POST", RECURRING)) == 2
    (left,) = stub.store.recurring_runs
    assert (left["status"], left["no_catchup"], left["service_account"]) == ("ENABLED", True, "nightly")
    assert left["experiment_id"] == stub.store.experiments[0]["experiment_id"]


def test_other_parameters_or_content_are_a_change(
    stub: types.SimpleNamespace, schedule: Callable[..., Any], pipeline_file: pathlib.Path
) -> None:
    schedule("-p", "training_epochs=2")
    schedule("-p", "training_epochs=3")
    pipeline_file.write_text(pipeline_file.read_text().replace("bertline:1", "bertline:2"))
    schedule("-p", "training_epochs=3")
    (left,) = stub.store.recurring_runs
    assert left["runtime_config"]["parameters"] == {"training_epochs": 3}
    assert left["pipeline_version_reference"]["pipeline_version_id"] == stub.store.versions[1]["pipeline_version_id"]
    assert len(stub.asked("DELETE", DELETED)) == 2


def test_what_a_call_that_was_cut_off_left_over_is_deleted(
    stub: types.SimpleNamespace, schedule: Callable[..., Any]
) -> None:
    schedule("--cron", "0 0 1 * * *")
    left_over = stub.store.recurring_runs[:]
    stub.reply("DELETE", DELETED, 503)
    assert schedule().code == 1
    assert len(stub.store.recurring_runs) == 2
    assert schedule().code == 0
    (left,) = stub.store.recurring_runs
    assert left not in left_over


def test_delete_deletes_the_pipelines_own(
    stub: types.SimpleNamespace, bertline: Any, schedule: Any, config: Any
) -> None:
    schedule()
    others = {**stub.store.recurring_runs[0], "display_name": "someone-elses", "recurring_run_id": "x"}
    stub.store.recurring_runs.append(others)
    assert bertline("schedule", config, "--delete").out == "the schedule of tickets is deleted\n"
    assert stub.store.recurring_runs == [others]
    done = bertline("schedule", config, "--delete")
    assert (done.code, done.out) == (0, "tickets has no schedule\n")


def test_delete_takes_nothing_else(stub: types.SimpleNamespace, bertline: Any, config: Any) -> None:
    done = bertline("schedule", config, "--delete", "--cron", "0 0 2 * * *")
    assert done.code == 1
    assert "--delete goes with none of" in done.err
    assert stub.requests == []


def test_a_wrong_cron_stops_before_anything_is_asked(
    stub: types.SimpleNamespace, schedule: Callable[..., Any], config: pathlib.Path
) -> None:
    done = schedule("--cron", "0 2 * * *")
    assert done.code == 1
    assert "--cron '0 2 * * *' has 5 fields and not six" in done.err
    assert "'0 0 2 * * *'" in done.err
    config.write_text(config.read_text().replace("schedule: 0 0 2 * * *", "schedule: 0 0 25 * * *"))
    told = schedule().err
    assert "kubeflow.schedule" in told
    assert "says '25' for the hour" in told
    config.write_text(config.read_text().replace(", schedule: 0 0 25 * * *", ""))
    assert "kubeflow.schedule is missing" in schedule().err
    assert stub.requests == []
