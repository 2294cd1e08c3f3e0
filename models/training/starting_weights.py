"""Finds out whether a training can start from an earlier model's weights, and says so."""

import dataclasses
import pathlib
from typing import Any, Self

import tensorflow as tf

from models.config import ModelConfig
from models.export.kept_weights import KeptWeights, weights_file
from models.presets import load_backbone
from models.tasks.interface.facts import Facts
from models.tasks.interface.task import Task
from models.training.progress import tell
from models.training.warm_start import WarmStart

START = "start"
"""The entry of the Trainer's settings that says what was found."""
_FILE = "start.txt"


@dataclasses.dataclass(frozen=True)
class FoundModel:
    """The model in service when a training was about to begin.

    Attributes:
        name: What to call it, such as `version 3 in service`; empty where there is none.
        folder: Its `WEIGHTS_FOLDER` on this machine.
    """

    name: str = ""
    folder: str = ""

    def to_json(self) -> dict[str, str]:
        """As JSON values."""
        return dataclasses.asdict(self)

    @classmethod
    def of_settings(cls, settings: dict[str, Any]) -> Self | None:
        """What the Trainer's settings say; None where the training is to start from the preset."""
        return cls(**settings[START]) if START in settings else None

    def file(self) -> pathlib.Path | None:
        """The file of its weights; None where there is none."""
        return weights_file(pathlib.Path(self.folder)) if self.folder else None


@dataclasses.dataclass(frozen=True)
class ChosenStart:
    """What a training starts from.

    Attributes:
        weights: An earlier model's; None for the preset's.
        sentence: The same in words; empty where the config does not ask for an earlier model's.
    """

    weights: WarmStart | None = None
    sentence: str = ""

    def write(self, folder: str) -> None:
        """Writes the sentence beside the training's event files."""
        if self.sentence:
            tf.io.gfile.makedirs(folder)
            with tf.io.gfile.GFile(f"{folder}/{_FILE}", "w") as file:
                file.write(self.sentence)


def read_start(folder: str) -> str:
    """The sentence that `ChosenStart.write` wrote; empty where it wrote none."""
    path = pathlib.Path(folder) / _FILE
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def choose_start(found: FoundModel | None, task: Task, facts: Facts, model: ModelConfig) -> ChosenStart:
    """Chooses what a training starts from, and tells whoever watches it.

    Args:
        found: The model in service; None where the config does not ask for it.
        task: The task.
        facts: Vocabulary and labels.
        model: The config's section.
    """
    if found is None:
        return ChosenStart()
    weights, obstacle = _looked_into(found, task, facts, model)
    sentence = _described(found, weights) if weights else f"starts from the preset {model.preset}: {obstacle}"
    tell(sentence)
    return ChosenStart(weights, sentence)


def _described(found: FoundModel, weights: WarmStart) -> str:
    fresh = weights.labels_without_weights()
    return f"starts from {found.name}{f'; new labels: {len(fresh)} ({_some(fresh)})' if fresh else ''}"


def _looked_into(
    found: FoundModel, task: Task, facts: Facts, model: ModelConfig
) -> tuple[WarmStart | None, str | None]:
    """The weights, or why there are none that fit."""
    if not found.name:
        return None, "no model is in service"
    if found.file() is None:
        return None, f"{found.name} was exported without weights to go on from"
    start = WarmStart(KeptWeights.read(pathlib.Path(found.folder)), task, facts)
    network = task.build_network(load_backbone(model.source, "float32", load_weights=False), facts, model.dropout)
    fault = start.fault(network)
    return (None, f"{found.name} does not fit: {fault}") if fault else (start, None)


def _some(labels: tuple[str, ...]) -> str:
    return ", ".join(labels[:5]) + (", …" if len(labels) > 5 else "")
