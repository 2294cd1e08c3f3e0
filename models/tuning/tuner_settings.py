"""What the Tuner is told, as TFX takes it."""

import dataclasses
from typing import Any

from models.config import ModelConfig, TrainingConfig
from models.training.transformed_examples import TransformedExamples
from models.tuning.config import TuningConfig


@dataclasses.dataclass(frozen=True)
class Tokenisation:
    """Examples that were tokenised for another preset or length than the config's.

    Attributes:
        preset: `model.preset` of trials that take them.
        sequence_length: `model.sequence_length` of these.
        examples: Where they are.
    """

    preset: str
    sequence_length: int
    examples: TransformedExamples


@dataclasses.dataclass(frozen=True)
class TunerSettings:
    """The Tuner's `custom_config`.

    Attributes:
        task: The task, as `ChosenTask.to_json` writes it.
        model: The config's `model` section.
        training: The config's `training` section.
        tuning: The config's `tuning` section.
        searches: Folder in which every search has its own; the same for every run.
        tokenisations: What trials with another preset or length take.
    """

    task: str
    model: ModelConfig
    training: TrainingConfig
    tuning: TuningConfig
    searches: str
    tokenisations: tuple[Tokenisation, ...] = ()

    def to_custom_config(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "task": self.task,
            "model": self.model.model_dump(mode="json"),
            "training": self.training.model_dump(mode="json"),
            "tuning": self.tuning.model_dump(mode="json"),
            "searches": self.searches,
            "tokenisations": [dataclasses.asdict(each) for each in self.tokenisations],
        }

    @classmethod
    def from_custom_config(cls, values: dict[str, Any]) -> "TunerSettings":
        """Back from JSON values."""
        return cls(
            values["task"],
            ModelConfig.model_validate(values["model"]),
            TrainingConfig.model_validate(values["training"]),
            TuningConfig.model_validate(values["tuning"]),
            values["searches"],
            tuple(
                Tokenisation(each["preset"], each["sequence_length"], examples_of_json(each["examples"]))
                for each in values["tokenisations"]
            ),
        )

    def identity(self) -> dict[str, Any]:
        """What trials depend on, but for the files: how many there are, and how many at a time, does not count."""
        values = self.to_custom_config()
        tuning = {name: value for name, value in values["tuning"].items() if name not in ("trials", "parallel_trials")}
        return {"task": self.task, "model": values["model"], "training": values["training"], "tuning": tuning}


def examples_of_json(values: dict[str, Any]) -> TransformedExamples:
    """Back from `dataclasses.asdict`, through JSON."""
    return TransformedExamples(values["transform_graph"], tuple(values["train_files"]), tuple(values["eval_files"]))
