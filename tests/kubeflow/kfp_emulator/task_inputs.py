"""The inputs of a task: `driver/resolve.go@039ecf96`."""

import dataclasses
import decimal
import json
from typing import Any

from google.protobuf import json_format, struct_pb2
from kfp.pipeline_spec.pipeline_spec_pb2 import ComponentSpec, ExecutorInput, ParameterType, PipelineTaskSpec

from kfp_emulator.metadata_store import Artifact, Execution, MetadataStore, to_runtime_artifact, value_of
from kfp_emulator.refused import DriverFailed

_TYPES = {
    ParameterType.NUMBER_DOUBLE: "number_value",
    ParameterType.NUMBER_INTEGER: "number_value",
    ParameterType.BOOLEAN: "bool_value",
    ParameterType.LIST: "list_value",
    ParameterType.STRUCT: "struct_value",
    ParameterType.TASK_FINAL_STATUS: "struct_value",
}


@dataclasses.dataclass(frozen=True)
class Surroundings:
    """Where a task's inputs come from.

    Attributes:
        store: ML Metadata.
        dag: The execution of the DAG that the task is in.
        run_id: The run's identifier.
        run_name: The run's name.
    """

    store: MetadataStore
    dag: Execution
    run_id: str
    run_name: str


def resolve_inputs(around: Surroundings, task: PipelineTaskSpec, component: ComponentSpec) -> ExecutorInput.Inputs:
    """`resolveInputs`.

    Args:
        around: Where they come from.
        task: The task.
        component: Its component.

    Returns:
        Parameters and artifacts.

    Raises:
        DriverFailed: The driver cannot find one, or one has another type than declared.
    """
    inputs, nulls = ExecutorInput.Inputs(), set()
    declared = component.input_definitions.parameters
    if component.WhichOneof("implementation") == "dag":
        for name, parameter in declared.items():
            if name not in task.inputs.parameters and parameter.is_optional:
                inputs.parameter_values[name].CopyFrom(
                    parameter.default_value if parameter.HasField("default_value") else value_of(None)
                )
                nulls.add(name)
    values: dict[str, struct_pb2.Value | None] = {}
    for name, source in task.inputs.parameters.items():
        value = resolve_parameter(around, source, task)
        if value is not None and value.WhichOneof("kind") == "null_value":
            if name in declared and declared[name].is_optional:
                continue
            raise DriverFailed(f"the resolved input parameter is null: {name}")
        values[name] = value
    for name, source in task.inputs.artifacts.items():
        runtime = to_runtime_artifact(_artifact(around, name, source))
        inputs.artifacts[name].artifacts.append(runtime)
    _check_types(inputs, values, component, nulls)
    return inputs


def _check_types(
    inputs: ExecutorInput.Inputs, values: dict[str, struct_pb2.Value | None], component: ComponentSpec, nulls: set[str]
) -> None:
    """`handleParamTypeValidationAndConversion`; parameters that are not declared are let through."""
    declared = component.input_definitions.parameters
    for name, parameter in declared.items():
        if name in nulls:
            continue
        if name not in values:
            if parameter.is_optional:
                continue
            if not parameter.HasField("default_value"):
                raise DriverFailed(f"neither value nor default value provided for non-optional parameter {name!r}")
        values[name] = _converted(name, parameter.parameter_type, values.get(name))
    for name, value in values.items():
        if value is not None:
            inputs.parameter_values[name].CopyFrom(value)


def _converted(name: str, type_: int, value: struct_pb2.Value | None) -> struct_pb2.Value:
    kind = value.WhichOneof("kind") if value is not None else None
    if type_ == ParameterType.STRING:
        # A default is not used here: where the parameter is not optional, it becomes the empty text.
        return value if kind == "string_value" else value_of(text_of(value))
    if value is None or kind is None:
        raise DriverFailed(f"parameter {name} has unknown protobuf.Value type: <nil>")
    if kind == "null_value":
        raise DriverFailed(f"got null for input parameter {name!r}")
    if kind != _TYPES.get(type_):
        expected = ParameterType.ParameterTypeEnum.Name(type_)
        raise DriverFailed(f"input parameter {name!r} type mismatch: expect {expected}, got {kind}")
    return value


def text_of(value: struct_pb2.Value | None) -> str:
    """`PbValueToText` in `metadata/converter.go@ea1ccfc1`; numbers as Go's `FormatFloat` writes them."""
    kind = value.WhichOneof("kind") if value is not None else "null_value"
    if value is None or kind == "null_value":
        return ""
    if kind == "string_value":
        return str(value.string_value)
    if kind == "number_value":
        number = format(decimal.Decimal(repr(value.number_value)), "f")
        return number.removesuffix(".0")
    return json.dumps(json_format.MessageToDict(value), separators=(",", ":"))


def resolve_parameter(around: Surroundings, source: Any, task: PipelineTaskSpec) -> struct_pb2.Value | None:
    """`resolveInputParameter`; also of names in the Kubernetes config.

    Args:
        around: Where it comes from.
        source: The task's InputParameterSpec.
        task: The task.

    Returns:
        The value; none where its task did not write it, which is no error yet.

    Raises:
        DriverFailed: There is no such parameter or task.
    """
    kind = source.WhichOneof("kind")
    if kind == "component_input_parameter":
        if source.component_input_parameter not in around.dag.inputs:
            raise DriverFailed(f"parent DAG does not have input parameter {source.component_input_parameter}")
        return around.dag.inputs[source.component_input_parameter]
    if kind == "task_output_parameter":
        wanted = source.task_output_parameter
        return _output_parameter(around.store, around.dag.id, wanted.producer_task, wanted.output_parameter_key)
    if kind == "runtime_value" and source.runtime_value.WhichOneof("value") == "constant":
        return _constant(around, source.runtime_value.constant, task)
    if kind == "task_final_status":
        return _final_status(around, task)
    raise DriverFailed(f"parameter spec of type {kind} not implemented yet")


def _constant(around: Surroundings, constant: struct_pb2.Value, task: PipelineTaskSpec) -> struct_pb2.Value:
    placeholders = {
        "{{$.pipeline_job_name}}": around.run_name,
        "{{$.pipeline_job_resource_name}}": around.run_name,
        "{{$.pipeline_job_uuid}}": around.run_id,
        "{{$.pipeline_task_name}}": task.task_info.name,
        "{{$.pipeline_task_uuid}}": str(around.dag.id),
    }
    return value_of(placeholders[constant.string_value]) if constant.string_value in placeholders else constant


def _final_status(around: Surroundings, task: PipelineTaskSpec) -> struct_pb2.Value:
    """What an exit task gets: the state by ML Metadata's names, COMPLETE or FAILED; RUNNING where nobody told it."""
    if not task.dependent_tasks:
        raise DriverFailed(f"task {task.task_info.name} has no dependent tasks")
    producer = around.store.tasks_in(around.dag.id).get(task.dependent_tasks[0])
    if producer is None:
        raise DriverFailed(f"producer task, {task.dependent_tasks[0]}, not in tasks")
    return value_of(
        {
            "state": producer.state,
            "pipelineTaskName": producer.task,
            "pipelineJobResourceName": around.run_name,
            "error": {},
        }
    )


def _output_parameter(store: MetadataStore, dag: int, task: str, key: str) -> struct_pb2.Value | None:
    producer = store.tasks_in(dag).get(task)
    if producer is None:
        raise DriverFailed(f"producer task, {task}, not in tasks")
    if producer.dag_outputs is None:
        return producer.parameters.get(key)
    source = producer.dag_outputs.parameters[key].value_from_parameter
    return _output_parameter(store, producer.id, source.producer_subtask, source.output_parameter_key)


def _artifact(around: Surroundings, name: str, source: Any) -> Artifact:
    kind = source.WhichOneof("kind")
    if kind == "component_input_artifact":
        if source.component_input_artifact not in around.dag.input_artifacts:
            raise DriverFailed(f"parent DAG does not have input artifact {source.component_input_artifact}")
        return around.dag.input_artifacts[source.component_input_artifact]
    if kind != "task_output_artifact":
        raise DriverFailed(f"failed to resolve input artifact {name}: artifact spec of type {kind} not implemented yet")
    wanted = source.task_output_artifact
    return _output_artifact(around.store, around.dag.id, wanted.producer_task, wanted.output_artifact_key)


def _output_artifact(store: MetadataStore, dag: int, task: str, key: str) -> Artifact:
    producer = store.tasks_in(dag).get(task)
    if producer is None:
        raise DriverFailed(f"cannot find producer task {task!r}")
    if producer.dag_outputs is not None:
        selector = producer.dag_outputs.artifacts[key].artifact_selectors[-1]
        return _output_artifact(store, producer.id, selector.producer_subtask, selector.output_artifact_key)
    if key not in producer.artifacts:
        raise DriverFailed(f"cannot find output artifact key {key!r} in producer task {task!r}")
    return producer.artifacts[key]
