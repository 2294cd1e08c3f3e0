"""A server that answers as Kubeflow Pipelines does, and the command line that asks it."""

import contextlib
import dataclasses
import importlib.util
import pathlib
import subprocess
import sys
import types
from collections.abc import Callable, Iterator

import pytest

HERE = pathlib.Path(__file__).resolve().parent
CONFIG = """\
name: tickets
task: text_classification
data: {path: data.csv}
kubeflow: {host: HOST, schedule: 0 0 2 * * *}
"""
PIPELINE = """\
components:
  Trainer:
    executorLabel: Trainer_executor
    inputDefinitions:
      parameters:
        training_epochs: {parameterType: NUMBER_INTEGER}
deploymentSpec:
  executors:
    Trainer_executor:
      container: {image: registry.example/bertline:1, command: [python, entrypoint.py]}
defaultPipelineRoot: minio://mlpipeline/bertline
pipelineInfo: {name: tickets}
root:
  dag:
    tasks:
      Trainer:
        cachingOptions: {enableCache: true}
        componentRef: {name: Trainer}
        inputs:
          parameters:
            training_epochs: {componentInputParameter: training_epochs}
        taskInfo: {name: Trainer}
  inputDefinitions:
    parameters:
      training_epochs: {defaultValue: 4, isOptional: true, parameterType: NUMBER_INTEGER}
      training_learning_rate: {defaultValue: 0.0002, isOptional: true, parameterType: NUMBER_DOUBLE}
      evaluation_split: {defaultValue: test, isOptional: true, parameterType: STRING}
schemaVersion: 2.1.0
sdkVersion: tfx-1.21.0
---
platforms:
  kubernetes:
    deploymentSpec:
      executors:
        Trainer_executor: {imagePullPolicy: IfNotPresent}
"""


@pytest.fixture(scope="session")
def api_stub() -> types.ModuleType:
    """The package beside this file: tests are no package, and import nothing from each other."""
    folder = HERE / "api_stub"
    spec = importlib.util.spec_from_file_location(
        "kfp_api_stub", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def stub(api_stub: types.ModuleType, monkeypatch: pytest.MonkeyPatch) -> Iterator[types.SimpleNamespace]:
    """The server; a request or an answer that does not fit the published spec fails the test."""
    for variable in ("KFP_EXISTING_TOKEN", "KF_PIPELINES_SA_TOKEN_PATH", "BERTLINE_KFP_COOKIES"):
        monkeypatch.delenv(variable, raising=False)
    server = api_stub.ApiStub()
    yield server
    server.close()
    assert server.faults == []


@pytest.fixture
def tls_server(
    api_stub: types.ModuleType, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, pathlib.Path]]:
    """The address of a server with a certificate that it signed itself, and the certificate."""
    file = tmp_path_factory.mktemp("certificate") / "both.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=stub"]
    made += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(file), "-out", "/dev/stdout"]
    certificate = subprocess.run(made, check=True, capture_output=True).stdout
    with file.open("ab") as both:
        both.write(certificate)
    server = api_stub.ApiStub(certificate=file)
    yield server.host, file
    server.close()
    assert server.faults == []


@pytest.fixture
def config(stub: types.SimpleNamespace, tmp_path: pathlib.Path) -> pathlib.Path:
    """A config whose `kubeflow.host` is the server's."""
    path = tmp_path / "tickets.yaml"
    path.write_text(CONFIG.replace("HOST", stub.host), encoding="utf-8")
    return path


@pytest.fixture
def pipeline_file(tmp_path: pathlib.Path) -> pathlib.Path:
    """A compiled pipeline of one task, in two documents."""
    path = tmp_path / "pipeline.yaml"
    path.write_text(PIPELINE, encoding="utf-8")
    return path


@dataclasses.dataclass(frozen=True)
class Done:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


@pytest.fixture
def bertline(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """`bertline kubeflow`, in this process: kfp's import takes seconds."""
    from pipeline.cli import main

    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str | pathlib.Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["bertline", "kubeflow", *map(str, arguments)])
        capfd.readouterr()
        # As in a process of its own: what is printed goes through the file descriptors.
        with (
            open(1, "w", encoding="utf-8", closefd=False) as out,
            open(2, "w", encoding="utf-8", closefd=False) as err,
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                main()
                code = 0
            except SystemExit as error:
                code = int(error.code or 0)
        written = capfd.readouterr()
        assert "Traceback" not in written.err
        return Done(code, written.out, written.err)

    return run
