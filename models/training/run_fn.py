"""The function that TFX's Trainer calls: reads Transform's examples, fine-tunes, exports."""

import dataclasses
from typing import TYPE_CHECKING, Any

import keras
import tensorflow as tf
import tensorflow_transform as tft

from models.config import ModelConfig, TrainingConfig
from models.export.description import ModelDescription
from models.export.servable import Servable
from models.label_order import ordered_labels
from models.labels import LABELS_FILE
from models.tasks.registry import task_named
from models.training.batches import BatchReader
from models.training.fine_tuning import FineTuning

if TYPE_CHECKING:
    from tfx.components.trainer.fn_args_utils import FnArgs


@dataclasses.dataclass(frozen=True)
class TrainerSettings:
    """The Trainer's `custom_config`.

    Attributes:
        task: The task's name.
        model: The config's `model` section.
        training: The config's `training` section.
    """

    task: str
    model: ModelConfig
    training: TrainingConfig

    def to_custom_config(self) -> dict[str, Any]:
        """As JSON values, for TFX."""
        return {"task": self.task, "model": self.model.model_dump(), "training": self.training.model_dump()}

    @classmethod
    def from_custom_config(cls, values: dict[str, Any]) -> "TrainerSettings":
        """Back from JSON values."""
        return cls(values["task"], ModelConfig(**values["model"]), TrainingConfig(**values["training"]))


def run_fn(fn_args: "FnArgs") -> None:
    """Trains and writes a SavedModel to `fn_args.serving_model_dir`; event files go to `fn_args.model_run_dir`."""
    settings = TrainerSettings.from_custom_config(fn_args.custom_config)
    # First of all: tf.data's orders depend on the global seed at the time when a dataset is built.
    keras.utils.set_random_seed(settings.training.seed)
    task = task_named(settings.task)
    transform_output = tft.TFTransformOutput(fn_args.transform_graph_path)
    labels = ordered_labels(transform_output.vocabulary_by_name(LABELS_FILE))
    reader = BatchReader(
        task,
        labels,
        transform_output.transformed_feature_spec(),
        settings.training.batch_size,
        settings.model.sequence_length,
    )
    num_rows = reader.count_rows(fn_args.train_files)
    fine_tuning = FineTuning(task, labels, settings.model, settings.training)
    network = fine_tuning.run(
        train=reader.training(fn_args.train_files, num_rows, settings.training.seed),
        validation=reader.evaluation(fn_args.eval_files),
        num_rows=num_rows,
        log_directory=fn_args.model_run_dir,
    )
    servable = Servable(task, labels, network, transform_output)
    tf.saved_model.save(servable, fn_args.serving_model_dir, signatures=servable.signatures())
    ModelDescription(settings.task, labels, settings.model.preset, settings.model.sequence_length).write(
        fn_args.serving_model_dir
    )
