"""A small emulation of KFP v2's backend: what its driver and launcher do around the command of one task.

Each step names what it follows in kubeflow/pipelines, `backend/src/v2/`; where the emulation differs, it says so.
"""

import dataclasses
import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys
import types
from typing import Any

import pytest
import yaml
from google.protobuf import json_format, struct_pb2
from kfp.pipeline_spec.pipeline_spec_pb2 import ExecutorInput, ExecutorOutput

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SCHEME = "minio://"
PARAMETER_TYPES = {"STRING": str, "NUMBER_INTEGER": float, "NUMBER_DOUBLE": float}


@dataclasses.dataclass
class EmulatedBackend:
    """Runs tasks of a compiled pipeline one by one, each with nothing but its own inputs on its disk.

    Attributes:
        spec: The compiled pipeline.
        folder: Holds `store`, in place of the object store, and a folder for each task, in place of its disk.
        publish_logs: KFP's option of that name.
        artifacts: What ML Metadata would know: the outputs of finished tasks, by task and name.
    """

    spec: dict[str, Any]
    folder: pathlib.Path
    publish_logs: bool = False
    artifacts: dict[tuple[str, str], dict[str, Any]] = dataclasses.field(default_factory=dict)

    def run(self, task: str) -> None:
        """Runs a task to its end and records its outputs; fails where the task would."""
        executor_input = self.executor_input(task)
        shutil.rmtree(self._disk(task), ignore_errors=True)
        # `downloadArtifacts` in component/launcher_v2.go.
        for artifacts in executor_input.inputs.artifacts.values():
            uri = artifacts.artifacts[0].uri
            shutil.copytree(self.stored(uri), self._mounted(task, uri))
        finished = self.start(task, executor_input)
        assert finished.returncode == 0, finished.stderr[-4000:]
        self._publish(task, executor_input)

    def start(
        self, task: str, executor_input: ExecutorInput, command: list[str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs the container's command, with the image's paths replaced by the checkout's.

        `getPlaceholders` and `executeV2` in component/launcher_v2.go.

        Args:
            task: The task's name.
            executor_input: What its arguments get for `{{$}}`.
            command: What to run in place of the compiled command; the arguments stay.
        """
        container = self.spec["deploymentSpec"]["executors"][f"{task}_executor"]["container"]
        checkout = {"python": sys.executable, "/app/kubeflow/entrypoint.py": str(REPOSITORY / "kubeflow/entrypoint.py")}
        given = json_format.MessageToJson(executor_input, indent=None)
        return subprocess.run(
            [
                *(command or [checkout[word] for word in container["command"]]),
                *(argument.replace("{{$}}", given) for argument in container["args"]),
            ],
            env={**os.environ, "BERTLINE_MOUNT_ROOT": str(self._disk(task))},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    def executor_input(self, task: str) -> ExecutorInput:
        """What the driver hands to the launcher: `resolveInputs` and `provisionOutputs` in driver/."""
        component = self.spec["components"][task]
        inputs = self.spec["root"]["dag"]["tasks"][task].get("inputs", {})
        parameters = {name: value["runtimeValue"]["constant"] for name, value in inputs.get("parameters", {}).items()}
        for name, value in parameters.items():
            expected = component["inputDefinitions"]["parameters"][name]["parameterType"]
            assert type(value) is PARAMETER_TYPES[expected], f"input parameter {name} type mismatch: expect {expected}"
        outputs = {name: value["artifactType"] for name, value in component["outputDefinitions"]["artifacts"].items()}
        if self.publish_logs:
            outputs["executor-logs"] = {"schemaTitle": "system.Artifact"}
        root = f"{self.spec['defaultPipelineRoot']}/{self.spec['pipelineInfo']['name']}/run-1/{task}/random"
        values = {
            "inputs": {
                "parameterValues": parameters,
                "artifacts": {
                    name: {"artifacts": [self._input(**value["taskOutputArtifact"])]}
                    for name, value in inputs.get("artifacts", {}).items()
                },
            },
            "outputs": {
                "artifacts": {
                    name: {"artifacts": [{"uri": f"{root}/{name}", "type": type_}]} for name, type_ in outputs.items()
                },
                # On a cluster /tmp/kfp_outputs/output_metadata.json: alike in all containers.
                "outputFile": str(self._disk(task) / "tmp/kfp_outputs/output_metadata.json"),
            },
        }
        return json_format.ParseDict(values, ExecutorInput())

    def stored(self, uri: str) -> pathlib.Path:
        """The folder that stands for a URI's place in the object store."""
        return self.folder / "store" / uri.removeprefix(SCHEME)

    def _input(self, producerTask: str, outputArtifactKey: str) -> dict[str, Any]:  # noqa: N803
        # `toRuntimeArtifact` in metadata/converter.go: the type is lost.
        return {**self.artifacts[producerTask, outputArtifactKey], "type": {"instanceSchema": ""}}

    def _publish(self, task: str, executor_input: ExecutorInput) -> None:
        # `getExecutorOutputFile`, which takes no unknown fields, and `uploadOutputArtifacts`.
        text = pathlib.Path(executor_input.outputs.output_file).read_text(encoding="utf-8")
        executor_output = json_format.Parse(text, ExecutorOutput())
        for name, artifacts in executor_input.outputs.artifacts.items():
            uri, metadata = artifacts.artifacts[0].uri, {}
            if name in executor_output.artifacts:
                written = executor_output.artifacts[name].artifacts[0]
                uri, metadata = written.uri, {key: recorded(value) for key, value in written.metadata.fields.items()}
            if self._mounted(task, uri).exists():
                shutil.copytree(self._mounted(task, uri), self.stored(uri))
            identifier = str(len(self.artifacts) + 1)
            self.artifacts[task, name] = {
                "name": identifier,
                "uri": uri,
                "metadata": {**metadata, "display_name": name},
            }

    def _disk(self, task: str) -> pathlib.Path:
        return self.folder / "disks" / task

    def _mounted(self, task: str, uri: str) -> pathlib.Path:
        # `LocalPathForURI`, with the task's disk in place of the container's root.
        return self._disk(task) / "minio" / uri.removeprefix(SCHEME)


def recorded(value: struct_pb2.Value) -> Any:
    """What a later task gets for a value: `StructValueToMLMDValue` and back, in metadata/converter.go."""
    kind = value.WhichOneof("kind")
    assert kind != "null_value", "unknown/unsupported value type"
    plain = json_format.MessageToDict(value)
    return {"struct_value": {"struct": plain}, "list_value": {"list": plain}}.get(kind, plain)


@pytest.fixture(scope="session")
def backend_for() -> type[EmulatedBackend]:
    """The class, since tests import nothing from each other."""
    return EmulatedBackend


@pytest.fixture(scope="session")
def entrypoint() -> types.ModuleType:
    """kubeflow/entrypoint.py, which is in no package."""
    spec = importlib.util.spec_from_file_location("kubeflow_entrypoint", REPOSITORY / "kubeflow" / "entrypoint.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def compiled_twice(tmp_path_factory: pytest.TempPathFactory) -> list[pathlib.Path]:
    """examples/tickets.yaml, compiled by two processes with different hash seeds."""
    outputs = [tmp_path_factory.mktemp("compiled") / "pipeline.yaml" for _ in range(2)]
    processes = [
        subprocess.Popen(
            [
                *(pathlib.Path(sys.executable).with_name("bertline"), "kubeflow", "compile"),
                *(REPOSITORY / "examples" / "tickets.yaml", "-o", output),
                *("--image", "registry.example/bertline:1", "--pipeline-root", "minio://mlpipeline/bertline"),
            ],
            env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
            stderr=subprocess.PIPE,
            text=True,
        )
        for hash_seed, output in enumerate(outputs, start=1)
    ]
    for process in processes:
        _, errors = process.communicate()
        assert process.returncode == 0, errors[-4000:]
    return outputs


@pytest.fixture(scope="session")
def compiled(compiled_twice: list[pathlib.Path]) -> pathlib.Path:
    """The compiled tickets pipeline."""
    return compiled_twice[0]


@pytest.fixture
def spec(compiled: pathlib.Path, tmp_path: pathlib.Path) -> dict[str, Any]:
    """The compiled pipeline, with the example data in what stands for the volume at /mnt/bertline."""
    volume = tmp_path / "volume"
    shutil.copytree(REPOSITORY / "examples" / "data", volume / "data")
    text = compiled.read_text(encoding="utf-8").replace("/mnt/bertline", str(volume))
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded
