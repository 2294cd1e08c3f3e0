"""Refuses what open-source Kubeflow Pipelines takes and then fails on, ignores, or gets wrong.

Its API server checks little of a PipelineSpec; the rest shows when a run starts, or never. The sources that rules name
are in kubeflow/pipelines, `backend/src/`.
"""

import re
from collections.abc import Iterator
from typing import Any

from models.user_error import UserError

_PIPELINE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,127}")
_EXIT = "ALL_UPSTREAM_TASKS_COMPLETED"
_VALUE_TYPES: dict[str, tuple[type, ...]] = {
    "STRING": (str,),
    "NUMBER_INTEGER": (int, float),
    "NUMBER_DOUBLE": (int, float),
    "BOOLEAN": (bool,),
    "LIST": (list,),
    "STRUCT": (dict,),
}

Json = dict[str, Any]


def lint(spec: Json) -> None:
    """Checks a PipelineSpec.

    Args:
        spec: As JSON values.

    Raises:
        UserError: The backend could not run it; all reasons, each with its place.
    """
    faults = [
        *_faults_of_document(spec),
        *_faults_of_executors(spec),
        *_faults_of_dag("root", spec.get("root", {}), spec),
    ]
    for name, component in spec.get("components", {}).items():
        faults += _faults_of_component(name, component)
        if "dag" in component:
            faults += _faults_of_dag(name, component, spec)
    if faults:
        raise UserError("Kubeflow Pipelines cannot run this pipeline:\n" + "\n".join(f"- {fault}" for fault in faults))


def _faults_of_document(spec: Json) -> Iterator[str]:
    if spec.get("schemaVersion") != "2.1.0":
        # `NewV2SpecTemplate` in apiserver/template/v2_template.go.
        yield f"schemaVersion is {spec.get('schemaVersion')!r}; the backend takes 2.1.0"
    name = spec.get("pipelineInfo", {}).get("name", "")
    if not _PIPELINE_NAME.fullmatch(name):
        yield f"pipelineInfo.name {name!r} is not made of a-z, 0-9 and `-`"


def _faults_of_executors(spec: Json) -> Iterator[str]:
    for label, executor in spec.get("deploymentSpec", {}).get("executors", {}).items():
        place = f"executor {label}"
        # `task` in v2/compiler/argocompiler/dag.go.
        if "resolver" in executor:
            yield f"{place}: resolvers are not implemented; a component of your own has to look the artifact up"
        elif "customJob" in executor:
            yield f"{place}: custom jobs exist on Google Cloud only"
        elif "importer" in executor:
            yield from _nulls(f"{place}: importer.metadata", executor["importer"].get("metadata", {}))
        elif "container" not in executor:
            yield f"{place}: is neither a container nor an importer"
        elif "lifecycle" in executor["container"]:
            yield f"{place}: lifecycle (TFX's drivers) is ignored; what it does has to be done in the container"
        elif not executor["container"].get("image"):
            yield f"{place}: has no image"


def _nulls(place: str, metadata: Json) -> Iterator[str]:
    # `StructValueToMLMDValue` in v2/metadata/converter.go.
    return (
        f"{place}.{key} is null, which the metadata store cannot hold"
        for key, value in metadata.items()
        if value is None
    )


def _faults_of_component(name: str, component: Json) -> Iterator[str]:
    place = f"component {name}"
    if ("dag" in component) == ("executorLabel" in component):
        yield f"{place}: needs either an executor or a DAG"
    for side in ("inputDefinitions", "outputDefinitions"):
        definitions = component.get(side, {})
        for key, artifact in definitions.get("artifacts", {}).items():
            type_ = artifact.get("artifactType", {})
            if not type_.get("schemaTitle") and not type_.get("instanceSchema"):
                yield f"{place}: artifact {key} has no type"
        for key, parameter in definitions.get("parameters", {}).items():
            if parameter.get("parameterType") not in _VALUE_TYPES:
                yield f"{place}: parameter {key} has the type {parameter.get('parameterType')!r}, not one of schema 2.1"


def _faults_of_dag(name: str, component: Json, spec: Json) -> Iterator[str]:
    tasks: Json = component.get("dag", {}).get("tasks", {})
    if not any(_strategy(task) != _EXIT for task in tasks.values()):
        yield f"{name}: has no task but those that run at its exit"
    for task_name, task in tasks.items():
        place = f"task {task_name}"
        definition = spec.get("components", {}).get(task.get("componentRef", {}).get("name"))
        if definition is None:
            yield f"{place}: its component {task.get('componentRef', {}).get('name')!r} does not exist"
            continue
        yield from _faults_of_control(place, task, tasks)
        for kind in ("artifacts", "parameters"):
            for key, given in task.get("inputs", {}).get(kind, {}).items():
                declared = definition.get("inputDefinitions", {}).get(kind, {}).get(key)
                if declared is None:
                    yield f"{place}: its component has no input {key}"
                else:
                    check = _fault_of_artifact if kind == "artifacts" else _fault_of_parameter
                    fault = check(given, declared, _Scope(component, tasks, spec))
                    if fault:
                        yield f"{place}: input {key} {fault}"


def _faults_of_control(place: str, task: Json, tasks: Json) -> Iterator[str]:
    for other in task.get("dependentTasks", []):
        if other not in tasks:
            yield f"{place}: depends on {other}, which is no task of its DAG"
    # `DAG` in v2/compiler/argocompiler/dag.go.
    if "artifactIterator" in task:
        yield f"{place}: iterating over artifacts is not implemented"
    if _strategy(task) == _EXIT and len(task.get("dependentTasks", [])) != 1:
        yield f"{place}: a task that runs at the exit hangs on exactly one other, such as a DAG of all others"


def _strategy(task: Json) -> str | None:
    strategy: str | None = task.get("triggerPolicy", {}).get("strategy")
    return strategy


class _Scope:
    """What the inputs of a DAG's tasks may refer to."""

    def __init__(self, component: Json, tasks: Json, spec: Json) -> None:
        self._inputs = component.get("inputDefinitions", {})
        self._tasks = tasks
        self._components = spec.get("components", {})

    def has_input(self, kind: str, name: str) -> bool:
        return name in self._inputs.get(kind, {})

    def fault_of_output(self, kind: str, producer: str, key: str) -> str | None:
        # TFX's compiler names the producer of a parameter `NAME_task`, which is no task.
        if producer not in self._tasks:
            return f"comes from {producer}, which is no task of its DAG"
        component = self._components.get(self._tasks[producer].get("componentRef", {}).get("name"), {})
        if key not in component.get("outputDefinitions", {}).get(kind, {}):
            return f"comes from {producer}, which has no output {key} among its {kind}"
        return None


def _fault_of_artifact(given: Json, _declared: Json, scope: _Scope) -> str | None:
    if "taskOutputArtifact" in given:
        source = given["taskOutputArtifact"]
        return scope.fault_of_output("artifacts", source["producerTask"], source["outputArtifactKey"])
    if "componentInputArtifact" in given:
        name = given["componentInputArtifact"]
        return (
            None if scope.has_input("artifacts", name) else f"comes from the DAG's input {name}, which does not exist"
        )
    return f"comes from nowhere that the backend knows: {', '.join(given)}"


def _fault_of_parameter(given: Json, declared: Json, scope: _Scope) -> str | None:
    if "taskOutputParameter" in given:
        source = given["taskOutputParameter"]
        return scope.fault_of_output("parameters", source["producerTask"], source["outputParameterKey"])
    if "componentInputParameter" in given:
        name = given["componentInputParameter"]
        return None if scope.has_input("parameters", name) else f"is the DAG's input {name}, which does not exist"
    if "runtimeValue" in given:
        return _fault_of_constant(given["runtimeValue"], declared.get("parameterType", ""))
    # `resolveInputParameter` in v2/driver/resolve.go.
    return f"comes from nowhere that the backend knows: {', '.join(given)}"


def _fault_of_constant(value: Json, type_: str) -> str | None:
    if "constant" not in value:
        return f"is written as in schema 2.0: {', '.join(value)}"
    constant, known = value["constant"], _VALUE_TYPES.get(type_, ())
    # True is an int to Python only.
    fits = isinstance(constant, known) and isinstance(constant, bool) == (type_ == "BOOLEAN")
    # `resolveInputs` in v2/driver/resolve.go: "input parameter … type mismatch".
    return None if fits else f"is {constant!r}, but {type_} is declared"
