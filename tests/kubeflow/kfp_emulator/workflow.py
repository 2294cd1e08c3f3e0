"""Runs the tasks of a DAG in their order: what Argo makes of `argocompiler/dag.go@008dcd63`."""

import concurrent.futures
import dataclasses
import threading
from collections.abc import Collection, Mapping

from google.protobuf import json_format
from kfp.pipeline_spec.pipeline_spec_pb2 import PipelineTaskSpec

from kfp_emulator.driver import Driven, Run, drive_container, drive_dag
from kfp_emulator.metadata_store import Execution
from kfp_emulator.pipeline_spec import EXIT_STRATEGY
from kfp_emulator.pod_runner import PodRunner
from kfp_emulator.refused import DriverFailed
from kfp_emulator.run_result import State, TaskResult


@dataclasses.dataclass
class Workflow:
    """One run of a pipeline.

    Attributes:
        run: The run.
        runner: Runs its pods.
        chosen: The tasks with a container that may start; with none, all.
        commands: Commands, in place of the compiled ones, by task; the arguments stay.
        results: What became of the tasks so far.
    """

    run: Run
    runner: PodRunner
    chosen: Collection[str] | None = None
    commands: Mapping[str, list[str]] = dataclasses.field(default_factory=dict)
    results: dict[str, TaskResult] = dataclasses.field(default_factory=dict)

    def run_dag(self, component: str, dag: Execution, prefix: str = "") -> bool:
        """Runs a DAG to its end.

        Args:
            component: The component.
            dag: Its execution.
            prefix: The names of the DAGs around it.

        Returns:
            Whether it succeeded.
        """
        return _DagRun(self, dict(self.run.pipeline.components[component].dag.tasks), dag, prefix).run()

    def run_task(self, name: str, task: PipelineTaskSpec, dag: Execution, prefix: str) -> bool:
        """Runs a task's driver, and its container or its DAG.

        Args:
            name: The task's name.
            task: The task.
            dag: The DAG that it is in.
            prefix: The names of the DAGs around it.

        Returns:
            Whether it succeeded.
        """
        result = self.results[prefix + name] = TaskResult(prefix + name, State.FAILED)
        try:
            if self.is_dag(task):
                execution, result.started = drive_dag(self.run, name, task, dag), True
                done = self.run_dag(task.component_ref.name, execution, f"{prefix}{name}/")
                result.state = State.SUCCEEDED if done else State.FAILED
                return done
            driven, result.started = drive_container(self.run, name, task, dag), True
        except DriverFailed as error:
            result.message = f"driver failed: {error}"
            return False
        result.pod, result.executor_input = driven.pod, driven.executor_input
        result.state = self._run_container(name, task, driven, result)
        execution = driven.execution
        result.parameters = {key: json_format.MessageToDict(value) for key, value in execution.parameters.items()}
        result.artifacts = dict(execution.artifacts)
        return result.state is not State.FAILED

    def is_dag(self, task: PipelineTaskSpec) -> bool:
        """Whether a task is a DAG of its own."""
        return not self.run.pipeline.spec.components[task.component_ref.name].executor_label

    def _run_container(self, name: str, task: PipelineTaskSpec, driven: Driven, result: TaskResult) -> State:
        if driven.pod is None:
            return State.CACHED
        if name in self.commands:
            arguments = driven.pod.command[len(self.run.pipeline.container(task.component_ref.name).command) :]
            driven.pod.command = [*self.commands[name], *arguments]
        return self.runner.run_with_retries(self.run, driven, task, result)


class _DagRun:
    """Each task has a thread, which waits for those before it."""

    def __init__(self, workflow: Workflow, tasks: dict[str, PipelineTaskSpec], dag: Execution, prefix: str) -> None:
        self._workflow, self._tasks, self._dag, self._prefix = workflow, tasks, dag, prefix
        self._failed = threading.Event()
        self._done: dict[str, concurrent.futures.Future[bool]] = {}

    def run(self) -> bool:
        with concurrent.futures.ThreadPoolExecutor(len(self._tasks)) as threads:
            for name in self._in_order():
                self._done[name] = threads.submit(self._run_in_turn, name)
        return all(done.result() for done in self._done.values())

    def _in_order(self) -> list[str]:
        ordered: list[str] = []
        while len(ordered) < len(self._tasks):
            ready = [
                name
                for name, task in sorted(self._tasks.items())
                if name not in ordered and all(other in ordered for other in task.dependent_tasks)
            ]
            assert ready, "the DAG has a cycle, or a dependency that is not there"
            ordered += ready
        return ordered

    def _run_in_turn(self, name: str) -> bool:
        is_hook = self._tasks[name].trigger_policy.strategy == EXIT_STRATEGY
        reason = self._reason_not_to_hook(name) if is_hook else self._reason_not_to_start(name)
        if reason is not None:
            result = TaskResult(self._prefix + name, State.OMITTED, message=reason)
            self._workflow.results[result.name] = result
            return False
        succeeded = self._workflow.run_task(name, self._tasks[name], self._dag, self._prefix)
        if not succeeded and not is_hook:
            self._failed.set()
        return succeeded

    def _reason_not_to_start(self, name: str) -> str | None:
        """`depends`: all before must have succeeded; and after a failure Argo starts nothing else (`failFast`)."""
        for other in self._tasks[name].dependent_tasks:
            if not self._done[other].result():
                return f"depends on {other}"
        chosen = self._workflow.chosen
        if chosen is not None and name not in chosen and not self._workflow.is_dag(self._tasks[name]):
            return "the test did not choose it"
        return "another task of the DAG failed" if self._failed.is_set() else None

    def _reason_not_to_hook(self, name: str) -> str | None:
        """`addExitTask` in argocompiler/common.go@09d8fdf5: an exit hook belongs to a task that has started."""
        others = self._tasks[name].dependent_tasks
        for other in others:
            self._done[other].result()
        if any(self._workflow.results[self._prefix + other].started for other in others):
            return None
        return "the task that it is the exit hook of never started"
