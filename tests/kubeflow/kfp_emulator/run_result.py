"""What became of a run, task by task."""

import dataclasses
import enum
from typing import Any

from google.protobuf import json_format
from kfp.pipeline_spec.pipeline_spec_pb2 import ExecutorInput

from kfp_emulator.metadata_store import Artifact
from kfp_emulator.pod import Pod


class State(enum.Enum):
    """How a task ended."""

    SUCCEEDED = "succeeded"
    CACHED = "cached"
    FAILED = "failed"
    OMITTED = "omitted"


@dataclasses.dataclass
class TaskResult:
    """What became of a task.

    Attributes:
        name: Its name, behind those of the DAGs around it: `tfx-dag/Trainer`.
        state: How it ended.
        started: Whether its driver succeeded.
        tries: How often its container was started.
        seconds: How long its pods ran.
        message: Why it failed or was left out.
        logs: What each try printed.
        parameters: Its output parameters.
        artifacts: Its output artifacts.
        uploaded: The keys that its last try uploaded.
        pod: What Kubernetes was asked for; none where the container never started.
        executor_input: What the driver handed to the launcher.
    """

    name: str
    state: State
    started: bool = False
    tries: int = 0
    seconds: float = 0.0
    message: str = ""
    logs: list[str] = dataclasses.field(default_factory=list)
    parameters: dict[str, Any] = dataclasses.field(default_factory=dict)
    artifacts: dict[str, Artifact] = dataclasses.field(default_factory=dict)
    uploaded: list[str] = dataclasses.field(default_factory=list)
    pod: Pod | None = None
    executor_input: ExecutorInput = dataclasses.field(default_factory=ExecutorInput)

    @property
    def input_parameters(self) -> dict[str, Any]:
        """The values that the driver resolved."""
        values = self.executor_input.inputs.parameter_values
        return {name: json_format.MessageToDict(value) for name, value in values.items()}

    @property
    def log(self) -> str:
        """What the last try printed."""
        return self.logs[-1] if self.logs else ""


@dataclasses.dataclass
class RunResult:
    """What became of a run.

    Attributes:
        run_id: Its identifier.
        succeeded: Whether the workflow did.
        tasks: Its tasks by name, those that never started too.
    """

    run_id: str
    succeeded: bool
    tasks: dict[str, TaskResult]

    def states(self) -> dict[str, State]:
        """Each task's state, by name."""
        return {name: task.state for name, task in self.tasks.items()}

    def problems(self) -> str:
        """What failed, with the ends of the logs: for a test's message."""
        failed = [task for task in self.tasks.values() if task.state is State.FAILED]
        return "\n".join(f"{task.name}: {task.message}\n{task.log[-6000:]}" for task in failed)
