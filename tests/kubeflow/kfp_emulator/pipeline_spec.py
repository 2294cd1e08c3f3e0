"""A compiled pipeline as the API server and its compiler read it."""

import dataclasses
import pathlib
import re
from typing import Any

import yaml
from google.protobuf import json_format
from kfp.kubernetes.kubernetes_executor_config_pb2 import KubernetesExecutorConfig
from kfp.pipeline_spec.pipeline_spec_pb2 import (
    ComponentSpec,
    PipelineDeploymentConfig,
    PipelineSpec,
    PipelineTaskSpec,
    PlatformSpec,
)

from kfp_emulator.refused import Refused

EXIT_STRATEGY = PipelineTaskSpec.TriggerPolicy.ALL_UPSTREAM_TASKS_COMPLETED


@dataclasses.dataclass
class CompiledPipeline:
    """What a run is made of.

    Attributes:
        spec: The pipeline; its tasks have their implicit dependencies.
        executors: Executors by label.
        kubernetes: What single components ask of Kubernetes, by the component's name.
        components: The components as their drivers get them.
    """

    spec: PipelineSpec
    executors: dict[str, Any]
    kubernetes: dict[str, KubernetesExecutorConfig] = dataclasses.field(default_factory=dict)
    components: dict[str, ComponentSpec] = dataclasses.field(default_factory=dict)

    def container(self, component: str) -> Any:
        """The container of a component that is no DAG."""
        return self.executors[self.spec.components[component].executor_label].container


def read_pipeline(path: pathlib.Path) -> CompiledPipeline:
    """`NewV2SpecTemplate` in `apiserver/template/v2_template.go@04407fbe`, then `compiler/visitor.go@117534dd`.

    Args:
        path: The YAML.

    Returns:
        The pipeline.

    Raises:
        Refused: The API server refuses it, or would overlook a part of it.
    """
    spec, platform = None, PlatformSpec()
    for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
        if document and "pipelineInfo" in document:
            spec = _parsed(document, PipelineSpec(), "invalid v2 pipeline spec")
        elif document:
            # The API server overlooks a document that it cannot read.
            platform = _parsed(document, PlatformSpec(), "KFP would overlook this document")
    if spec is None or not spec.HasField("root"):
        raise Refused("no pipeline spec is provided")
    if spec.schema_version != "2.1.0":
        raise Refused(f"KFP only supports schema version 2.1.0, but the pipeline spec has {spec.schema_version}")
    if not re.search(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", spec.pipeline_info.name):
        raise Refused("invalid v2 pipeline spec: name should consist of lower case alphanumeric characters, '-' or '.'")
    # `GetDeploymentConfig` allows unknown fields there, and only there.
    plain = json_format.MessageToDict(spec.deployment_spec)
    deployment = json_format.ParseDict(plain, PipelineDeploymentConfig(), ignore_unknown_fields=True)
    pipeline = CompiledPipeline(spec, dict(deployment.executors))
    _visit(pipeline, "root", platform)
    return pipeline


def _parsed(document: Any, message: Any, complaint: str) -> Any:
    try:
        return json_format.ParseDict(document, message)
    except json_format.ParseError as error:
        raise Refused(f"{complaint}: {error}") from error


def _visit(pipeline: CompiledPipeline, name: str, platform: PlatformSpec) -> None:
    """`dfs`: components before the DAGs that use them, each once, in the order of their tasks' names."""
    component = pipeline.spec.root if name == "root" else pipeline.spec.components[name]
    if component.executor_label:
        _visit_executor(pipeline, name, component, platform)
        return
    if component.WhichOneof("implementation") != "dag":
        raise Refused(f"unknown component implementation: {name}")
    for task_name, task in sorted(component.dag.tasks.items()):
        used = task.component_ref.name
        if used not in pipeline.spec.components:
            raise Refused(f"cannot find component ref name={used!r} for task name={task_name!r}")
        if not task.HasField("retry_policy"):
            _inherit_retry_policy(pipeline, name, task)
        if used not in pipeline.components:
            _visit(pipeline, used, platform)
    _add_implicit_dependencies(name, component.dag.tasks)
    pipeline.components[name] = component


def _inherit_retry_policy(pipeline: CompiledPipeline, dag: str, task: PipelineTaskSpec) -> None:
    """`dfs` hands a DAG task's retry policy to the tasks in it."""
    others = [pipeline.spec.root, *pipeline.spec.components.values()]
    for outer in (each for other in others for each in other.dag.tasks.values()):
        if outer.component_ref.name == dag and outer.HasField("retry_policy"):
            task.retry_policy.CopyFrom(outer.retry_policy)


def _visit_executor(pipeline: CompiledPipeline, name: str, component: ComponentSpec, platform: PlatformSpec) -> None:
    label = component.executor_label
    if label not in pipeline.executors:
        raise Refused(f"executor(label={label!r}) not found in deployment config")
    if pipeline.executors[label].WhichOneof("spec") != "container":
        # An importer would do in KFP, but not here.
        raise Refused(f"executor(label={label!r}): non-container and non-importer executor not implemented")
    kubernetes = platform.platforms["kubernetes"].deployment_spec.executors
    if label in kubernetes:
        plain = json_format.MessageToDict(kubernetes[label])
        pipeline.kubernetes[name] = _parsed(plain, KubernetesExecutorConfig(), f"Kubernetes spec for {name}")
    # `hashComponentContainer` in argocompiler/argo.go@006adf8b: components with equal containers all get the spec of
    # the one that is seen first.
    container = pipeline.executors[label].container
    seen = [other for other in pipeline.components if pipeline.spec.components[other].executor_label]
    twins = [pipeline.components[other] for other in seen if pipeline.container(other) == container]
    pipeline.components[name] = twins[0] if twins else component


def _add_implicit_dependencies(name: str, tasks: Any) -> None:
    """`addImplicitDependencies` in `argocompiler/dag.go@008dcd63`, and what that file refuses."""
    for task_name, task in tasks.items():
        producers = [
            each.task_output_parameter.producer_task
            for each in task.inputs.parameters.values()
            if each.WhichOneof("kind") == "task_output_parameter"
        ]
        producers += [
            each.task_output_artifact.producer_task
            for each in task.inputs.artifacts.values()
            if each.WhichOneof("kind") == "task_output_artifact"
        ]
        for producer in producers:
            if producer not in tasks:
                raise Refused(f"failed to add implicit deps: unknown producer task {producer!r} in DAG {name!r}")
            if producer not in task.dependent_tasks:
                task.dependent_tasks.append(producer)
        if task.WhichOneof("iterator") or task.trigger_policy.condition:
            raise Refused(f"task {task_name!r}: KFP would, but this emulation knows no loops and conditions")
    if all(task.trigger_policy.strategy == EXIT_STRATEGY for task in tasks.values()):
        raise Refused(f"DAG {name} must contain one or more non-exit tasks")
