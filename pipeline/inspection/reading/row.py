"""A row that the task can use, as the inspection holds it."""

from collections.abc import Collection
from typing import NamedTuple

from components.text_example_gen.content_hash import content_digest
from models.tasks.interface.contract import Features
from models.tasks.interface.task import Task

_SEPARATOR = b"\x1f"
"""What `Task.content` joins texts by."""


class Row(NamedTuple):
    """A row that the task can use.

    Attributes:
        part: The split or file that it is of.
        file: Its file.
        line: Where it begins there.
        texts: What the model reads, in the order of the task's columns.
        labels: Its label names, each once, in their order; empty where labels are no names.
        number: What is to be learnt, where that is a number.
        target: All that is to be learnt, to tell whether two rows say the same.
        identity: Digest of its texts: rows of equal digests are duplicates.
        content: Digest of what must not be in two splits.
        contents: The texts of that; another than `texts` for questions, of which the context counts.
    """

    part: str
    file: str
    line: int
    texts: tuple[str, ...]
    labels: tuple[str, ...]
    number: float | None
    target: tuple[object, ...]
    identity: bytes
    content: bytes
    contents: tuple[str, ...]

    @property
    def text(self) -> str:
        """All its texts in one."""
        return " | ".join(self.texts)

    @property
    def label(self) -> str:
        """What it says that is to be learnt; empty where that is no name and no number."""
        return ", ".join(self.labels) if self.number is None else f"{self.number:g}"

    @property
    def num_characters(self) -> int:
        """How much text it holds."""
        return sum(map(len, self.texts)) + sum(map(len, self.contents))


class RowMaker:
    """Makes rows of what a task parsed."""

    def __init__(self, task: Task) -> None:
        """Looks up what the task reads and learns.

        Args:
            task: The task.
        """
        self._task = task
        self._texts = [column.name for column in task.used_columns() if column.role == "text"]
        self._targets = [feature for feature in task.features() if feature.role == "label"]
        self._number = next((feature.name for feature in self._targets if feature.kind == "number"), None)

    def make(self, part: str, file: str, line: int, features: Features, content: bytes) -> Row:
        """Returns the row.

        Args:
            part: The split or file that it is of.
            file: Its file.
            line: Where it begins there.
            features: What the task made of it.
            content: What `Task.content` says of that.
        """
        raw = [value for name in self._texts if isinstance(value := features.get(name), bytes)]
        texts = tuple(_decoded(raw))
        number = features.get(self._number) if self._number else None
        identity = _SEPARATOR.join(raw)
        digest = content_digest(content)
        return Row(
            *(part, file, line, texts),
            labels=tuple(dict.fromkeys(_decoded(self._task.label_values(features)))),
            number=number if isinstance(number, float) else None,
            target=tuple(_comparable(features.get(feature.name)) for feature in self._targets),
            identity=digest if identity == content else content_digest(identity),
            content=digest,
            contents=texts if identity == content else (content.decode(errors="replace"),),
        )


def _decoded(values: Collection[bytes]) -> list[str]:
    return [value.decode() for value in values]


def _comparable(value: object) -> object:
    # The order in which a file lists several labels says nothing.
    return tuple(sorted(set(value))) if isinstance(value, tuple) else value
