"""Which columns of the examples the task knows, and what for."""

import dataclasses
import json

from models.tasks.interface.task import Task

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
        strings: Those of both that hold any number of strings.
        vocabulary: Those whose values are label names, which the schema lists.
    """

    text: tuple[str, ...]
    label: tuple[str, ...]
    required: tuple[str, ...]
    strings: tuple[str, ...]
    vocabulary: tuple[str, ...]

    @classmethod
    def of_task(cls, task: Task) -> "ColumnRoles":
        """The roles that a task's data contract gives."""
        features = task.features()
        return cls(
            text=task.text_columns(),
            label=tuple(feature.name for feature in features if feature.role == "label"),
            required=tuple(feature.name for feature in features if feature.required),
            strings=tuple(feature.name for feature in features if feature.kind == "strings"),
            vocabulary=(task.label_feature,) if task.label_feature else (),
        )

    def to_json(self) -> str:
        """The roles as an execution property."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, serialized: str) -> "ColumnRoles":
        """The inverse of `to_json`."""
        return cls(**{role: tuple(names) for role, names in json.loads(serialized).items()})
