"""`bertline kubeflow submit`, through the real kfp.Client."""

import hashlib
import pathlib
import shutil
import subprocess
import sys
import types
from collections.abc import Callable
from typing import Any

import pytest

EXAMPLES = pathlib.Path(__file__).resolve().parents[3] / "examples"
UPLOAD, UPLOAD_VERSION, RUNS = "/pipelines/upload", "/pipelines/upload_version", "/runs"


@pytest.fixture
def submit(bertline: Callable[..., Any], config: pathlib.Path, pipeline_file: pathlib.Path) -> Callable[..., Any]:
    def run(*arguments: str) -> Any:
        return bertline("submit", config, "--pipeline-file", pipeline_file, *arguments)

    return run


def test_a_new_pipeline_is_uploaded_and_runs(
    stub: types.SimpleNamespace, submit: Callable[..., Any], pipeline_file: pathlib.Path
) -> None:
    done = submit()
    assert done.code == 0, done.err
    (upload,) = stub.asked("POST", UPLOAD)
    assert upload.body == pipeline_file.read_bytes()
    assert upload.query["name"] == "tickets"
    (run,) = stub.store.runs
    (version,) = stub.store.versions
    assert run["pipeline_version_reference"] == {
        "pipeline_id": version["pipeline_id"],
        "pipeline_version_id": version["pipeline_version_id"],
    }
    assert "parameters" not in run["runtime_config"] or run["runtime_config"]["parameters"] == {}
    assert [each["display_name"] for each in stub.store.experiments] == ["tickets"]
    assert done.out == (
        f"started {run['display_name']} ({run['run_id']}): {stub.host}/#/runs/details/{run['run_id']}\n"
    )
    assert done.err == ""


def test_the_run_is_told_where_artifacts_go(stub: types.SimpleNamespace, submit: Callable[..., Any]) -> None:
    """The backend reads the pipeline root of a run, not of the file."""
    assert submit().code == 0
    (request,) = stub.asked("POST", RUNS)
    assert request.body["runtime_config"]["pipeline_root"] == "minio://mlpipeline/bertline"


def test_the_same_content_is_uploaded_once(stub: types.SimpleNamespace, submit: Callable[..., Any]) -> None:
    assert [submit().code for _ in range(3)] == [0, 0, 0]
    assert len(stub.store.runs) == 3
    assert len(stub.store.versions) == len(stub.store.pipelines) == len(stub.store.experiments) == 1


def test_other_content_is_another_version_and_the_old_one_is_found_again(
    stub: types.SimpleNamespace, submit: Callable[..., Any], pipeline_file: pathlib.Path
) -> None:
    first = pipeline_file.read_text(encoding="utf-8")
    texts = [first, first.replace("bertline:1", "bertline:2"), first.replace("bertline:1", "bertline:3")]
    for text in [*texts, *texts]:
        pipeline_file.write_text(text, encoding="utf-8")
        assert submit().code == 0
    digests = [hashlib.sha256(text.encode()).hexdigest()[:12] for text in texts]
    names = ["tickets", f"tickets-{digests[1]}", f"tickets-{digests[2]}"]
    assert [version["display_name"] for version in stub.store.versions] == names
    assert len(stub.asked("POST", UPLOAD)) == 1
    assert len(stub.asked("POST", UPLOAD_VERSION)) == 2
    ran = [run["pipeline_version_reference"]["pipeline_version_id"] for run in stub.store.runs]
    assert ran == 2 * [version["pipeline_version_id"] for version in stub.store.versions]


def test_parameters_have_the_types_that_the_pipeline_declares(
    stub: types.SimpleNamespace, submit: Callable[..., Any]
) -> None:
    assert (
        submit("-p", "training_epochs=2", "-p", "training_learning_rate=3e-5", "-p", "evaluation_split=eval").code == 0
    )
    (request,) = stub.asked("POST", RUNS)
    assert request.body["runtime_config"]["parameters"] == {
        "training_epochs": 2,
        "training_learning_rate": 3e-5,
        "evaluation_split": "eval",
    }


def test_a_wrong_parameter_stops_before_anything_is_sent(
    stub: types.SimpleNamespace, submit: Callable[..., Any]
) -> None:
    done = submit("--parameter", "training_epoch=2")
    assert done.code == 1
    assert "did you mean training_epochs?" in done.err
    assert {request.method for request in stub.requests} == {"GET"}


def test_no_cache_runs_a_copy_in_which_nothing_is_cached(
    stub: types.SimpleNamespace, submit: Callable[..., Any]
) -> None:
    assert submit("--no-cache").code == 0
    (run,) = stub.store.runs
    assert "pipeline_version_reference" not in run
    tasks = run["pipeline_spec"]["pipeline_spec"]["root"]["dag"]["tasks"]
    # `false` is what a message's JSON leaves out.
    assert tasks["Trainer"]["cachingOptions"] == {}
    executors = run["pipeline_spec"]["platform_spec"]["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    assert executors["Trainer_executor"] == {"imagePullPolicy": "IfNotPresent"}


def test_the_config_and_options_say_where_and_as_whom(
    stub: types.SimpleNamespace, submit: Callable[..., Any], config: pathlib.Path
) -> None:
    stub.store.multi_user = True
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("kubeflow: {", "kubeflow: {service_account: nightly, namespace: team, "))
    done = submit("--experiment", "trials")
    assert done.code == 0, done.err
    assert stub.store.runs[0]["service_account"] == "nightly"
    assert (stub.store.experiments[0]["display_name"], stub.store.experiments[0]["namespace"]) == ("trials", "team")
    assert stub.store.pipelines[0]["namespace"] == "team"
    assert submit("--namespace", "other").code == 0
    assert [each["namespace"] for each in stub.store.pipelines] == ["team", "other"]


def test_wait_shows_states_until_success(
    stub: types.SimpleNamespace, submit: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    stub.store.next_states = ["PENDING", "PENDING", "RUNNING", "RUNNING", "SUCCEEDED"]
    done = submit("--wait")
    assert done.code == 0, done.err
    assert [line.split()[-1] for line in done.out.splitlines()[1:]] == ["pending", "running", "succeeded"]


@pytest.mark.parametrize(
    ("last", "said"),
    [("FAILED", "the run failed in Trainer: the task Trainer failed"), ("CANCELED", "the run was stopped\n")],
)
def test_wait_ends_with_an_exit_code_where_the_run_does_not_succeed(
    stub: types.SimpleNamespace, submit: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, last: str, said: str
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    stub.store.next_states = ["RUNNING", last]
    done = submit("--wait")
    assert done.code == 3
    assert said in done.out


def test_who_does_not_want_to_wait_any_longer_leaves_the_run_alone(
    stub: types.SimpleNamespace, submit: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", interrupted)
    done = submit("--wait")
    assert done.code == 130
    assert "stopped waiting; the run goes on" in done.out
    assert stub.store.runs[0]["state"] == "PENDING"


def test_wait_bears_with_a_server_that_restarts(
    stub: types.SimpleNamespace, submit: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    for _ in range(5):
        stub.reply("GET", "/runs/{run_id}", 503, "upstream connect error", "text/plain")
    stub.store.next_states = ["SUCCEEDED"]
    assert submit("--wait").code == 0


@pytest.mark.parametrize(("status", "times"), [(401, 1), (404, 1), (503, 21)])
def test_wait_ends_where_waiting_does_not_help(
    stub: types.SimpleNamespace,
    submit: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    times: int,
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    for _ in range(times):
        stub.reply("GET", "/runs/{run_id}", status)
    stub.store.next_states = ["SUCCEEDED"]
    done = submit("--wait")
    assert done.code == 1
    assert str(status) in done.err


def test_another_pipelines_file_is_refused(
    stub: types.SimpleNamespace, submit: Callable[..., Any], pipeline_file: pathlib.Path
) -> None:
    pipeline_file.write_text(pipeline_file.read_text().replace("name: tickets}", "name: reviews}"))
    done = submit()
    assert done.code == 1
    assert "is the pipeline 'reviews'" in done.err
    assert stub.store.pipelines == []


def test_without_a_file_what_the_config_compiles_to_is_uploaded(
    stub: types.SimpleNamespace, tmp_path: pathlib.Path, compiled: pathlib.Path
) -> None:
    """A process of its own: it imports TFX. The second call finds what the first one uploaded."""
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    config = tmp_path / "examples" / "tickets.yaml"
    settings = {"image": "registry.example/bertline:1", "pipeline_root": "minio://mlpipeline/bertline"}
    with config.open("a", encoding="utf-8") as file:
        file.write(f"\nkubeflow: {settings}\n")
    command = [pathlib.Path(sys.executable).with_name("bertline"), "kubeflow", "submit", config, "--host", stub.host]
    done = subprocess.run([*command, "-p", "training_epochs=1"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    (upload,) = stub.asked("POST", UPLOAD)
    assert upload.body == compiled.read_bytes()
    done = subprocess.run([*command, "--pipeline-file", compiled], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert [run["runtime_config"].get("parameters", {}) for run in stub.store.runs] == [{"training_epochs": 1}, {}]
    assert len(stub.store.versions) == 1
    assert done.stdout.count("\n") == 1
