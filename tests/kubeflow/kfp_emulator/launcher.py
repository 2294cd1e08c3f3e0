"""The launcher, which is the main process of each pod: `component/launcher_v2.go@00450640`."""

import dataclasses
import json
import pathlib
from collections.abc import Callable

from google.protobuf import json_format, struct_pb2
from kfp.pipeline_spec.pipeline_spec_pb2 import ExecutorInput, ExecutorOutput, ParameterType, RuntimeArtifact

from kfp_emulator.driver import Driven, Run
from kfp_emulator.metadata_store import value_of
from kfp_emulator.object_store import MOUNTS, ObjectStore, local_path
from kfp_emulator.placeholders import with_values


class LauncherFailed(Exception):  # noqa: N818
    """The launcher ends with an error, having told ML Metadata so."""


@dataclasses.dataclass
class Launcher:
    """One try of a task.

    Attributes:
        run: The run.
        driven: What the driver found; the same for all tries.
        objects: The object store.
        disk: The pod's disk, empty at first.
        execute: Runs a command, appends what it prints to a file, and gives its exit status.
        uploaded: Called with each key that is in the object store now.
    """

    run: Run
    driven: Driven
    objects: ObjectStore
    disk: pathlib.Path
    execute: Callable[[list[str], pathlib.Path], int]
    uploaded: Callable[[str], None]

    def launch(self) -> None:
        """`Execute`: downloads, runs, collects, uploads, publishes, and makes the cache's entry.

        Raises:
            LauncherFailed: Any of it failed; then nothing was published but that.
        """
        execution = self.driven.execution
        execution.state = "RUNNING"
        try:
            output = self._executed()
            parameters = self._parameters(output)
            execution.artifacts = {
                name: self.run.store.record_artifact(name, self._uploaded(name, each.artifacts[0], output))
                # Go takes them in any order.
                for name, each in sorted(self._given().outputs.artifacts.items())
            }
        except (OSError, ValueError, json_format.ParseError) as error:
            execution.state = "FAILED"
            raise LauncherFailed(f"failed to execute component: {error}") from error
        finally:
            if execution.state == "FAILED":
                self.run.store.update_dag_states(execution.parent)
        execution.parameters = parameters
        execution.state = "COMPLETE"
        self.run.store.update_dag_states(execution.parent)
        if execution.fingerprint:
            self.run.cache.add(self.run.pipeline_name, execution.fingerprint, execution.id)

    def _given(self) -> ExecutorInput:
        """The executor input, with the places that are alike in all containers moved onto this pod's disk."""
        given = ExecutorInput()
        given.CopyFrom(self.driven.executor_input)
        given.outputs.output_file = self._moved(given.outputs.output_file)
        for parameter in given.outputs.parameters.values():
            parameter.output_file = self._moved(parameter.output_file)
        return given

    def _moved(self, path: str) -> str:
        return str(self.disk / path.lstrip("/"))

    def _executed(self) -> ExecutorOutput:
        """`execute`."""
        given = self._given()
        for artifacts in given.inputs.artifacts.values():
            uri = artifacts.artifacts[0].uri
            # What lies elsewhere the launcher leaves to the component.
            if uri.startswith(tuple(MOUNTS)):
                self.objects.download(uri, local_path(uri, self.disk))
        # `prepareOutputFolders`: the folders around the outputs, not the outputs'.
        for parameter in given.outputs.parameters.values():
            pathlib.Path(parameter.output_file).parent.mkdir(parents=True, exist_ok=True)
        for artifacts in given.outputs.artifacts.values():
            local_path(artifacts.artifacts[0].uri, self.disk).parent.mkdir(parents=True, exist_ok=True)
        assert self.driven.pod is not None
        command = with_values(self.driven.pod.command, given, self.driven.component, self.disk)
        log = self.disk / "log.txt"
        if self.run.publish_logs:
            # `getLogWriter`.
            log = local_path(given.outputs.artifacts["executor-logs"].artifacts[0].uri, self.disk)
        status = self.execute(command, log)
        if status:
            raise ValueError(f"signal: {-status}" if status < 0 else f"exit status {status}")
        return self._output_file(given)

    def _output_file(self, given: ExecutorInput) -> ExecutorOutput:
        """`getExecutorOutputFile`: there may be none, but one with unknown fields is refused."""
        path = pathlib.Path(given.outputs.output_file)
        text = path.read_text(encoding="utf-8") if path.exists() else "{}"
        return json_format.Parse(text, ExecutorOutput())

    def _parameters(self, output: ExecutorOutput) -> dict[str, struct_pb2.Value]:
        """`collectOutputParameters`: what the output file names goes before the parameter's own file."""
        parameters = dict(output.parameter_values)
        for name, given in self._given().outputs.parameters.items():
            if name not in parameters:
                type_ = self.driven.component.output_definitions.parameters[name].parameter_type
                parameters[name] = _parsed(pathlib.Path(given.output_file).read_text(encoding="utf-8"), type_)
        return parameters

    def _uploaded(self, name: str, artifact: RuntimeArtifact, output: ExecutorOutput) -> RuntimeArtifact:
        """`uploadOutputArtifacts`: URI and metadata of the output file are taken over, a type or a name is not."""
        written = output.artifacts[name].artifacts if name in output.artifacts else ()
        if written:
            # `mergeRuntimeArtifacts`.
            artifact.uri = written[0].uri or artifact.uri
            for key, value in written[0].metadata.fields.items():
                artifact.metadata.fields[key].CopyFrom(value)
        if not artifact.uri.startswith(tuple(MOUNTS)):
            # Recorded all the same.
            return artifact
        source = local_path(artifact.uri, self.disk)
        try:
            self.objects.upload(source, artifact.uri, self.run.root, self.uploaded)
        except FileNotFoundError:
            # A component may leave out an output. For a dangling link in one KFP goes on too, with half an artifact.
            if source.exists():
                raise
        return artifact


def _parsed(text: str, type_: int) -> struct_pb2.Value:
    """`TextToPbValue` in `metadata/converter.go@ea1ccfc1`."""
    if type_ == ParameterType.STRING:
        return value_of(text)
    if type_ == ParameterType.NUMBER_INTEGER:
        return value_of(int(text.strip()))
    if type_ == ParameterType.NUMBER_DOUBLE:
        return value_of(float(text.strip()))
    if type_ == ParameterType.BOOLEAN:
        return value_of(json.loads(text.strip().lower()))
    value = json.loads(text)
    if isinstance(value, {ParameterType.LIST: list, ParameterType.STRUCT: dict}.get(type_, type(None))):
        return value_of(value)
    raise ValueError(f"TextToPbValue(text={text!r}) failed: unexpected type")
