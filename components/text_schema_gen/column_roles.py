"""Which columns of the examples the task knows, and what for."""

import dataclasses
import json

from models.tasks.task import Task

TRAINING = "TRAINING"
SERVING = "SERVING"
"""Schema environments: requests have no label."""


@dataclasses.dataclass(frozen=True)
class ColumnRoles:
    """Canonical column names by role; all other columns are the user's extra ones.

    Attributes:
        text: What the model reads.
        label: What is known in training data only.
        required: Those of both that every row has.
    """

    text: tuple[str, ...]
    label: tuple[str, ...]
    required: tuple[str, ...]

    @classmethod
    def of_task(cls, task: Task) -> "ColumnRoles":
        """The roles that a task's data contract gives."""
        return cls(
            text=tuple(column.name for column in task.columns if column.role == "text"),
            label=tuple(column.name for column in task.columns if column.role == "label"),
            required=tuple(column.name for column in task.columns if column.required),
        )

    def to_json(self) -> str:
        """The roles as an execution property."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, serialized: str) -> "ColumnRoles":
        """The inverse of `to_json`."""
        return cls(**{role: tuple(names) for role, names in json.loads(serialized).items()})
