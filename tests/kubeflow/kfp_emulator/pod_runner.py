"""Runs a task's pod, and again where it failed and may."""

import dataclasses
import threading
import time
from collections.abc import Sequence

from kfp.pipeline_spec.pipeline_spec_pb2 import PipelineTaskSpec

from kfp_emulator.driver import Driven, Run
from kfp_emulator.faults import KillExecutor, KillLauncher
from kfp_emulator.kubelet import Kubelet, PodFailed
from kfp_emulator.mounts import PodNeverStarts
from kfp_emulator.retries import retry_strategy
from kfp_emulator.run_result import State, TaskResult


@dataclasses.dataclass
class PodRunner:
    """Runs the pods of one run.

    Attributes:
        kubelet: Runs a pod.
        slots: Bounds how many run at once.
        faults: Where pods die.
    """

    kubelet: Kubelet
    slots: threading.Semaphore
    faults: Sequence[KillExecutor | KillLauncher]

    def run_with_retries(self, run: Run, driven: Driven, task: PipelineTaskSpec, result: TaskResult) -> State:
        """Starts a pod again and again; the driver does not run again, so all tries have the same executor input.

        Args:
            run: The run.
            driven: What the driver found.
            task: The task.
            result: Gets logs, uploads and messages.

        Returns:
            The task's state.
        """
        strategy, waited, started = retry_strategy(task), 0.0, time.monotonic()
        assert driven.pod is not None
        deadline = float(driven.pod.active_deadline_seconds) or None
        while True:
            try:
                self._run_once(run, driven, result, deadline)
                return State.SUCCEEDED
            except PodNeverStarts as error:
                result.message = f"the pod never starts: {error}"
                return State.FAILED
            except PodFailed as error:
                result.message, log = error.args
                result.logs.append(log)
            if strategy is None:
                result.message += " (no retry policy)"
                return State.FAILED
            seconds = time.monotonic() - started + waited
            refusal = strategy.refusal(result.tries, seconds)
            if refusal is not None:
                result.message += f" ({refusal})"
                return State.FAILED
            waited += strategy.wait(result.tries)
            # `executionDeadline` of argo/operator.go@481caa77 holds for all tries but the first.
            left = strategy.max_seconds - seconds - strategy.wait(result.tries)
            deadline = min(float(driven.pod.active_deadline_seconds) or left, left)

    def _run_once(self, run: Run, driven: Driven, result: TaskResult, deadline: float | None) -> None:
        task = driven.execution.task
        faults = [fault for fault in self.faults if (fault.task, fault.attempt) == (task, result.tries)]
        name = f"{run.id}-{driven.execution.id}-{result.tries}"
        result.tries += 1
        with self.slots:
            started = time.monotonic()
            try:
                log, result.uploaded = self.kubelet.run_pod(run, driven, name, faults, deadline)
            finally:
                result.seconds += time.monotonic() - started
        result.logs.append(log)
