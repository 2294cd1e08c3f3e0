"""The function that TFX's Trainer calls: reads Transform's examples, fine-tunes, exports."""

import dataclasses
from typing import TYPE_CHECKING, Any

import tensorflow as tf
import tensorflow_transform as tft

from models.config import ModelConfig, TrainingConfig
from models.export.description import ModelDescription
from models.export.servable import Servable
from models.label_order import ordered_labels
from models.labels import LABELS_FILE
from models.tasks.registry import task_named
from models.training.batches import BatchReader
from models.training.devices import training_strategy
from models.training.fine_tuning import FineTuning
from models.training.loss_settings import loss_options
from models.training.training_data import TrainingData
from models.training.training_folder import TrainingFolder

if TYPE_CHECKING:
    from tfx.components.trainer.fn_args_utils import FnArgs


@dataclasses.dataclass(frozen=True)
class TrainerSettings:
    """The Trainer's `custom_config`, to which others may add entries.

    Attributes:
        task: The task's name.
        model: The config's `model` section.
        training: The config's `training` section.
        checkpoints: Folder or URI where trainings keep checkpoints while they last; the same for every run.
    """

    task: str
    model: ModelConfig
    training: TrainingConfig
    checkpoints: str

    def to_custom_config(self) -> dict[str, Any]:
        """As JSON values, for TFX."""
        return {
            "task": self.task,
            "model": self.model.model_dump(),
            "training": self.training.model_dump(),
            "checkpoints": self.checkpoints,
        }

    @classmethod
    def from_custom_config(cls, values: dict[str, Any]) -> "TrainerSettings":
        """Back from JSON values."""
        model, training = ModelConfig(**values["model"]), TrainingConfig(**values["training"])
        return cls(values["task"], model, training, values["checkpoints"])


def run_fn(fn_args: "FnArgs") -> None:
    """Trains and writes a SavedModel to `fn_args.serving_model_dir`; event files go to `fn_args.model_run_dir`.

    Where an earlier call for the same training was stopped, it goes on from the last checkpoint.
    """
    settings = TrainerSettings.from_custom_config(fn_args.custom_config)
    # First of all: once TensorFlow has started, its devices are what they are.
    strategy = training_strategy(settings.training)
    folder = TrainingFolder.of_training(settings.checkpoints, fn_args)
    transform_output = tft.TFTransformOutput(fn_args.transform_graph_path)
    reader = _build_reader(settings, transform_output, strategy.num_replicas_in_sync)
    options = loss_options(settings.training, reader.labels, lambda: reader.count_labels(fn_args.train_files))
    fine_tuning = FineTuning(reader.task, reader.labels, settings.model, settings.training, options, strategy)
    network = fine_tuning.run(_training_data(reader, fn_args, settings.training.seed), folder.path)
    servable = Servable(reader.task, reader.labels, network, transform_output)
    tf.saved_model.save(servable, fn_args.serving_model_dir, signatures=servable.signatures())
    ModelDescription(settings.task, reader.labels, settings.model.preset, settings.model.sequence_length).write(
        fn_args.serving_model_dir
    )
    folder.finish(fn_args.model_run_dir)


def _build_reader(settings: TrainerSettings, transform_output: tft.TFTransformOutput, num_devices: int) -> BatchReader:
    reader = BatchReader(
        task_named(settings.task),
        ordered_labels(transform_output.vocabulary_by_name(LABELS_FILE)),
        transform_output.transformed_feature_spec(),
        settings.training.batch_size,
        settings.model.sequence_length,
        row_multiple=num_devices,
    )
    return reader.with_few_shapes() if settings.training.xla else reader


def _training_data(reader: BatchReader, fn_args: "FnArgs", seed: int) -> TrainingData:
    num_rows = reader.count_rows(fn_args.train_files)
    return TrainingData(
        train=lambda epoch: reader.training(fn_args.train_files, num_rows, seed, epoch),
        validation=reader.evaluation(fn_args.eval_files),
        num_rows=num_rows,
        num_batches=reader.count_batches(num_rows),
    )
