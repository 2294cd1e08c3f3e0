"""What ML Metadata knows, and how values change on their way in and out."""

import dataclasses
import itertools
import threading
from typing import Any

import yaml
from google.protobuf import json_format, struct_pb2
from kfp.pipeline_spec.pipeline_spec_pb2 import ArtifactTypeSchema, DagOutputsSpec, RuntimeArtifact

# A string, a float, an int or a struct: ML Metadata has no more kinds of values.
Property = str | float | int | struct_pb2.Struct


@dataclasses.dataclass
class Artifact:
    """An artifact as ML Metadata keeps it.

    Attributes:
        id: Its number, which is its name for all later tasks.
        type: The title of its schema; no later task is told.
        uri: Where it is.
        properties: Its metadata.
    """

    id: int
    type: str
    uri: str
    properties: dict[str, Property]


@dataclasses.dataclass
class Execution:
    """An execution as ML Metadata keeps it: of a container, or of a DAG.

    Attributes:
        id: Its number.
        task: The task's name; none for the root.
        parent: The DAG that it is in; 0 for the root.
        state: RUNNING, COMPLETE, FAILED, CACHED or CANCELED.
        inputs: Input parameters.
        input_artifacts: Input artifacts by name.
        parameters: Output parameters.
        artifacts: Output artifacts by name.
        fingerprint: The cache key; none where the task is not cached.
        dag_outputs: For a DAG: which of its tasks have its outputs.
        dag_tasks: For a DAG, but not for the root: how many tasks it has.
    """

    id: int
    task: str
    parent: int
    state: str = "RUNNING"
    inputs: dict[str, struct_pb2.Value] = dataclasses.field(default_factory=dict)
    input_artifacts: dict[str, Artifact] = dataclasses.field(default_factory=dict)
    parameters: dict[str, struct_pb2.Value] = dataclasses.field(default_factory=dict)
    artifacts: dict[str, Artifact] = dataclasses.field(default_factory=dict)
    fingerprint: str = ""
    dag_outputs: DagOutputsSpec | None = None
    dag_tasks: int = 0


class MetadataStore:
    """ML Metadata, shared by all runs: `metadata/client.go@00f7b52b`."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._numbers = itertools.count(1)
        self.executions: dict[int, Execution] = {}
        self.artifacts: dict[int, Artifact] = {}

    def create_execution(self, task: str, parent: int, **fields: Any) -> Execution:
        """`CreateExecution`."""
        with self._lock:
            execution = Execution(id=next(self._numbers), task=task, parent=parent, **fields)
            self.executions[execution.id] = execution
            return execution

    def record_artifact(self, name: str, artifact: RuntimeArtifact) -> Artifact:
        """`RecordArtifact`: a new artifact each time, even at a URI that it knows."""
        properties = {key: to_property(value) for key, value in artifact.metadata.fields.items()}
        properties.setdefault("display_name", name)
        properties.setdefault("store_session_info", '{"Provider":"minio","Params":{"fromEnv":"true"}}')
        with self._lock:
            recorded = Artifact(next(self._numbers), schema_title(artifact.type), artifact.uri, properties)
            self.artifacts[recorded.id] = recorded
            return recorded

    def tasks_in(self, dag: int) -> dict[str, Execution]:
        """`GetExecutionsInDAG`: the executions of a DAG's own tasks, by name."""
        with self._lock:
            return {each.task: each for each in self.executions.values() if each.parent == dag}

    def update_dag_states(self, dag: int) -> None:
        """`UpdateDAGExecutionsState`, which launchers call: never the root's, and not for cached tasks."""
        with self._lock:
            while dag and self.executions[dag].dag_tasks:
                states = [each.state for each in self.tasks_in(dag).values()]
                done = sum(state in ("COMPLETE", "CACHED", "CANCELED") for state in states)
                if done == self.executions[dag].dag_tasks:
                    self.executions[dag].state = "COMPLETE"
                elif "FAILED" in states:
                    self.executions[dag].state = "FAILED"
                else:
                    return
                dag = self.executions[dag].parent


def to_property(value: struct_pb2.Value) -> Property:
    """`StructValueToMLMDValue` in `metadata/converter.go@ea1ccfc1`.

    Args:
        value: A value of an artifact's metadata.

    Returns:
        It, with a boolean as 0 or 1, and lists and structs wrapped.

    Raises:
        ValueError: It is null.
    """
    kind = value.WhichOneof("kind")
    if kind in ("string_value", "number_value"):
        return getattr(value, kind)
    if kind == "bool_value":
        return int(value.bool_value)
    if kind in ("list_value", "struct_value"):
        wrapped = struct_pb2.Struct()
        wrapped.fields[kind.removesuffix("_value")].CopyFrom(value)
        return wrapped
    raise ValueError(f"unknown/unsupported value type {kind}")


def to_runtime_artifact(artifact: Artifact) -> RuntimeArtifact:
    """`toRuntimeArtifact` in `metadata/converter.go@ea1ccfc1`, and the type that `client.go@00f7b52b` has lost.

    Args:
        artifact: What ML Metadata has.

    Returns:
        What a task is told of it.
    """
    runtime = RuntimeArtifact(name=str(artifact.id), uri=artifact.uri)
    # `GetOutputArtifactsByExecutionId` knows no schema, and `ToRuntimeArtifact` sets it all the same.
    runtime.type.instance_schema = ""
    for key, value in artifact.properties.items():
        if isinstance(value, struct_pb2.Struct):
            runtime.metadata.fields[key].struct_value.CopyFrom(value)
        elif isinstance(value, str):
            runtime.metadata.fields[key].string_value = value
        else:
            runtime.metadata.fields[key].number_value = value
    return runtime


def schema_title(schema: ArtifactTypeSchema) -> str:
    """`getArtifactSchema` in `component/launcher_v2.go@00450640`, `SchemaToArtifactType` in `metadata/client.go`.

    Args:
        schema: An output's declared type.

    Returns:
        Its title.

    Raises:
        ValueError: It has none.
    """
    kind = schema.WhichOneof("kind")
    if kind == "schema_title":
        return schema.schema_title
    if kind != "instance_schema":
        raise ValueError(f"unknown type {kind} in ArtifactTypeSchema")
    title = (yaml.safe_load(schema.instance_schema) or {}).get("title")
    if not title:
        raise ValueError("No title specified")
    return title


def value_of(plain: Any) -> struct_pb2.Value:
    """A plain JSON value as the backend's messages hold it."""
    return json_format.ParseDict(plain, struct_pb2.Value())
