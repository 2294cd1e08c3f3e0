"""`make verify-tf-serving`, with a program in Docker's place: no test here needs Docker."""

import os
import pathlib
import subprocess
import sys

import pytest

FOLDER = pathlib.Path(__file__).parent
ROOT = FOLDER.parents[2]
IMAGE = "tensorflow/serving:0"

# Starts our server, in a process of its own, with the flags that stand behind the image.
DOCKER = """#!/bin/bash
echo "$@" >> {folder}/calls
case $1 in
  run)
    while [[ $1 != {image} ]]; do [[ $1 == --name ]] && name=$2; shift; done
    echo $$ > {folder}/$name
    shift
    exec {python} -m serving.server "$@" ;;
  kill) kill -9 "$(cat {folder}/$2)" ;;
esac
"""


def _pytest(path: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", *arguments, f"--tf-serving-image={IMAGE}", "-p", "no:cacheprovider"]
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTEST_ADDOPTS", None)
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)


def test_tests_ask_the_server_that_docker_starts(tmp_path: pathlib.Path) -> None:
    docker = tmp_path / "docker"
    docker.write_text(DOCKER.format(folder=tmp_path, image=IMAGE, python=sys.executable), encoding="utf-8")
    docker.chmod(0o755)
    asked = (
        f"{FOLDER}/test_predict_grpc.py::test_answers_with_listed_values_and_the_resolved_version",
        f"{FOLDER}/test_predict_grpc.py::test_wire_types_are_complete",
        f"{FOLDER}/test_versions.py::test_ports_open_only_when_the_models_are_available",
        f"{FOLDER}/test_ui.py::test_nothing_else_is_there",
    )
    run = _pytest(f"{tmp_path}:{os.environ['PATH']}", *asked, "--basetemp", str(tmp_path / "pytest"), "-rs")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "2 passed, 7 skipped" in run.stdout
    assert "asks no server" in run.stdout
    assert "the stock server has no such option" in run.stdout
    info, *calls = (tmp_path / "calls").read_text(encoding="utf-8").splitlines()
    assert info == "info"
    assert [call.split()[0] for call in calls] == ["run", "run", "kill", "kill"]
    started = next(call for call in calls if "--model_config_file" in call)
    assert f"--network host --user {os.getuid()}:{os.getgid()} --volume {tmp_path}/pytest" in started
    assert f"--entrypoint tensorflow_model_server {IMAGE} --port=" in started
    for number in (path.read_text(encoding="utf-8") for path in tmp_path.glob("bertline-*")):
        with pytest.raises(ProcessLookupError):
            os.kill(int(number), 0)


@pytest.mark.parametrize("is_there", [False, True])
def test_without_docker_one_sentence_says_so(tmp_path: pathlib.Path, is_there: bool) -> None:
    if is_there:
        (tmp_path / "docker").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        (tmp_path / "docker").chmod(0o755)
    run = _pytest(str(tmp_path), str(FOLDER))
    assert run.returncode != 0
    assert run.stderr.strip() == (
        "ERROR: TensorFlow Serving was not tried: there is no Docker here whose daemon answers."
    )
    assert not run.stdout.strip()
