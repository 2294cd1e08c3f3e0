"""The drivers: what a run, a DAG and a task get before anything of theirs starts."""

import dataclasses
import uuid

from kfp.pipeline_spec.pipeline_spec_pb2 import ComponentSpec, ExecutorInput, PipelineTaskSpec

from kfp_emulator.cache import Cache, cache_fingerprint
from kfp_emulator.metadata_store import Execution, MetadataStore
from kfp_emulator.pipeline_spec import CompiledPipeline
from kfp_emulator.pod import Pod
from kfp_emulator.pod_spec import claims_of, make_pod
from kfp_emulator.refused import DriverFailed
from kfp_emulator.task_inputs import Surroundings, resolve_inputs

# `OutputMetadataFilepath` in `component/launcher_v2.go@00450640`: alike in all containers.
OUTPUT_FILE = "/tmp/kfp_outputs/output_metadata.json"


@dataclasses.dataclass(frozen=True)
class Run:
    """What the drivers of a run share.

    Attributes:
        id: The run's identifier.
        name: Its name.
        pipeline: What runs.
        pipeline_name: Its name in ML Metadata.
        root: Where its artifacts go, to which name and identifier are added.
        publish_logs: Whether the cluster keeps logs as artifacts.
        store: ML Metadata.
        cache: KFP's cache.
    """

    id: str
    name: str
    pipeline: CompiledPipeline
    pipeline_name: str
    root: str
    publish_logs: bool
    store: MetadataStore
    cache: Cache

    def around(self, dag: Execution) -> Surroundings:
        """Where the inputs of tasks in a DAG come from."""
        return Surroundings(self.store, dag, self.id, self.name)


@dataclasses.dataclass
class Driven:
    """What the driver of a task with a container found.

    Attributes:
        execution: The task's execution.
        executor_input: What the launcher gets.
        component: The component.
        pod: What Kubernetes is asked for; none where the cache had it.
    """

    execution: Execution
    executor_input: ExecutorInput
    component: ComponentSpec
    pod: Pod | None


def drive_dag(run: Run, name: str, task: PipelineTaskSpec, dag: Execution) -> Execution:
    """The DAG driver, for the task of a DAG: `driver/dag.go`.

    Args:
        run: The run.
        name: The task's name.
        task: The task.
        dag: The DAG that it is in.

    Returns:
        The new DAG's execution.

    Raises:
        DriverFailed: Its inputs are not there.
    """
    component = run.pipeline.spec.components[task.component_ref.name]
    inputs = resolve_inputs(run.around(dag), task, component)
    by_number = run.store.artifacts
    return run.store.create_execution(
        name,
        dag.id,
        inputs=dict(inputs.parameter_values),
        input_artifacts={key: by_number[int(each.artifacts[0].name)] for key, each in inputs.artifacts.items()},
        dag_outputs=component.dag.outputs,
        dag_tasks=len(component.dag.tasks),
    )


def drive_container(run: Run, name: str, task: PipelineTaskSpec, dag: Execution) -> Driven:
    """The container driver: `Container` in `driver/container.go@4206e936`.

    Args:
        run: The run.
        name: The task's name.
        task: The task.
        dag: The DAG that it is in.

    Returns:
        What to start, or what the cache has.

    Raises:
        DriverFailed: Its inputs are not there, or not as declared.
    """
    if not task.task_info.name:
        raise DriverFailed("invalid container driver args: task spec is required")
    used = task.component_ref.name
    component, container = run.pipeline.components[used], run.pipeline.container(used)
    kubernetes, around = run.pipeline.kubernetes.get(used), run.around(dag)
    executor_input = ExecutorInput(inputs=resolve_inputs(around, task, component))
    executor_input.outputs.CopyFrom(_outputs(run, task, component))
    fingerprint, cached = "", None
    if task.caching_options.enable_cache:
        claims = [claim for claim, _ in claims_of(around, task, kubernetes).values()]
        fingerprint = cache_fingerprint(executor_input, component, container, claims)
        cached = run.cache.find(run.pipeline_name, fingerprint)
    execution = run.store.create_execution(
        name, dag.id, inputs=dict(executor_input.inputs.parameter_values), fingerprint=fingerprint
    )
    if cached is not None:
        _reuse(run.store.executions[cached], execution, executor_input)
        return Driven(execution, executor_input, component, None)
    return Driven(execution, executor_input, component, make_pod(around, task, container, kubernetes, executor_input))


def _outputs(run: Run, task: PipelineTaskSpec, component: ComponentSpec) -> ExecutorInput.Outputs:
    """`provisionOutputs` in `driver/driver.go@0010b067`: once for all tries of a task, with a random folder."""
    outputs = ExecutorInput.Outputs(output_file=OUTPUT_FILE)
    folder = f"{run.root}/{task.task_info.name}/{uuid.uuid4()}"
    for name, declared in component.output_definitions.artifacts.items():
        artifact = outputs.artifacts[name].artifacts.add(uri=f"{folder}/{name}", type=declared.artifact_type)
        if declared.HasField("metadata"):
            artifact.metadata.CopyFrom(declared.metadata)
    if run.publish_logs:
        outputs.artifacts["executor-logs"].artifacts.add(
            uri=f"{folder}/executor-logs"
        ).type.schema_title = "system.Artifact"
    for name in component.output_definitions.parameters:
        outputs.parameters[name].output_file = f"/tmp/kfp/outputs/{name}"
    return outputs


def _reuse(earlier: Execution, execution: Execution, executor_input: ExecutorInput) -> None:
    """`reuseCachedOutputs` in `driver/cache.go@13a150d0`: the same artifacts, not copies, wherever they are."""
    for name in executor_input.outputs.artifacts:
        if name not in earlier.artifacts:
            raise DriverFailed(f"unable to find artifact with name {name} in mlmd output artifacts")
        execution.artifacts[name] = earlier.artifacts[name]
    execution.parameters = dict(earlier.parameters)
    execution.state = "CACHED"
