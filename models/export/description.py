"""What a SavedModel says about itself beside its graph: a small JSON in `assets.extra`, which servers ignore."""

import dataclasses
import json
import pathlib
from collections.abc import Mapping

from models.tasks.interface.chosen_task import ChosenTask

DESCRIPTION_FILE = pathlib.PurePosixPath("assets.extra/bertline.json")
"""Where a SavedModel has it."""


@dataclasses.dataclass(frozen=True)
class ModelDescription:
    """Says what a model answers.

    Attributes:
        task: The task and its options.
        labels: The label vocabulary, in the order of the scores.
        preset: The weights it was fine-tuned from.
        sequence_length: Longest input in word pieces.
        numbers: What the task measured and calibrated, by name.
        vocabulary: The digest of the word pieces; empty in models that were exported before it was written.
    """

    task: ChosenTask
    labels: tuple[str, ...]
    preset: str
    sequence_length: int
    numbers: Mapping[str, tuple[float, ...]] = dataclasses.field(default_factory=dict)
    vocabulary: str = ""

    def write(self, saved_model: str) -> None:
        """Writes it into a SavedModel's folder."""
        path = pathlib.Path(saved_model) / DESCRIPTION_FILE
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(dataclasses.asdict(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_description(saved_model: str) -> ModelDescription | None:
    """Reads a SavedModel's description; None where another program wrote the model."""
    path = pathlib.Path(saved_model) / DESCRIPTION_FILE
    return parse_description(path.read_text(encoding="utf-8")) if path.is_file() else None


def parse_description(text: str) -> ModelDescription:
    """Reads the content of a SavedModel's `DESCRIPTION_FILE`."""
    fields = json.loads(text)
    task = fields["task"]
    return ModelDescription(
        task=ChosenTask(task["name"], task["options"], tuple(task["optional_texts"])),
        labels=tuple(fields["labels"]),
        preset=fields["preset"],
        sequence_length=fields["sequence_length"],
        numbers={name: tuple(values) for name, values in fields["numbers"].items()},
        vocabulary=fields.get("vocabulary", ""),
    )
