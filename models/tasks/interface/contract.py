"""The data contract of a task: columns of the user's files, and features of the examples made of them."""

import dataclasses
from typing import Literal

Role = Literal["text", "label"]

FeatureValue = bytes | float | tuple[bytes, ...]
"""A string, a number, or any number of strings."""

Features = dict[str, FeatureValue]
"""Values of one row by feature, as they are stored in a tf.Example."""


class RowError(ValueError):
    """A row that the task cannot use; its message is the reason that the rejects file gives."""


@dataclasses.dataclass(frozen=True)
class Column:
    """A column of the user's files.

    Attributes:
        name: The canonical name; files may call it otherwise (`data.columns`).
        role: `text` is what the model reads, at serving time too; `label` is known in training data only.
        required: Whether every file must have it. A text that is not required is part of the task where
            `data.columns` names it; a label that is not required is read where a file has it.
        description: What it holds, for the config reference and for messages.
    """

    name: str
    role: Role
    required: bool
    description: str


@dataclasses.dataclass(frozen=True)
class Feature:
    """A feature of the examples.

    Attributes:
        name: Its name, in examples and requests.
        role: As a column's.
        kind: `string`, `number`, or `strings` for any number of strings, none included.
        required: Whether every example has it.
    """

    name: str
    role: Role
    kind: Literal["string", "number", "strings"] = "string"
    required: bool = True
