"""The function that TFX's Trainer calls: reads Transform's examples, fine-tunes, exports."""

import dataclasses
from typing import TYPE_CHECKING, Any

import keras
import tensorflow as tf
import tensorflow_transform as tft

from models.config import ModelConfig, TrainingConfig
from models.export.description import ModelDescription
from models.export.expected_answers import write_expected_answers
from models.export.kept_weights import KeptWeights
from models.export.servable import Servable
from models.labels import KEPT_LABELS
from models.tasks.interface.chosen_task import ChosenTask
from models.training.batches import BatchReader
from models.training.devices import training_strategy
from models.training.fine_tuning import FineTuning
from models.training.loss_settings import loss_options
from models.training.predict_texts import PREDICTIONS_FOLDER, RAW_EVAL_FILES, predict_texts, sample_texts
from models.training.predictions import predictions
from models.training.starting_weights import FoundModel, choose_start
from models.training.training_folder import TrainingFolder
from models.training.transformed_examples import TransformedExamples

if TYPE_CHECKING:
    from tfx.components.trainer.fn_args_utils import FnArgs


@dataclasses.dataclass(frozen=True)
class TrainerSettings:
    """The Trainer's `custom_config`, to which others may add entries.

    Attributes:
        task: The task, as `ChosenTask.to_json` writes it.
        model: The config's `model` section.
        training: The config's `training` section.
        checkpoints: Folder or URI where trainings keep checkpoints while they last; the same for every run.
        kept_labels: Labels that are classes though no row of the train split has them.
    """

    task: str
    model: ModelConfig
    training: TrainingConfig
    checkpoints: str
    kept_labels: tuple[str, ...] = ()

    def to_custom_config(self) -> dict[str, Any]:
        """As JSON values, for TFX."""
        return {
            "task": self.task,
            "model": self.model.model_dump(),
            "training": self.training.model_dump(),
            "checkpoints": self.checkpoints,
            **({KEPT_LABELS: list(self.kept_labels)} if self.kept_labels else {}),
        }

    @classmethod
    def from_custom_config(cls, values: dict[str, Any]) -> "TrainerSettings":
        """Back from JSON values."""
        model, training = ModelConfig(**values["model"]), TrainingConfig(**values["training"])
        return cls(values["task"], model, training, values["checkpoints"], tuple(values.get(KEPT_LABELS, ())))


def run_fn(fn_args: "FnArgs") -> None:
    """Trains and writes a SavedModel to `fn_args.serving_model_dir`; event files go to `fn_args.model_run_dir`.

    Where an earlier call for the same training was stopped, it goes on from the last checkpoint.
    """
    settings = TrainerSettings.from_custom_config(fn_args.custom_config)
    # First of all: once TensorFlow has started, its devices are what they are.
    strategy = training_strategy(settings.training)
    folder = TrainingFolder.of_training(settings.checkpoints, fn_args)
    examples = TransformedExamples(
        fn_args.transform_graph_path, tuple(fn_args.train_files), tuple(fn_args.eval_files), settings.kept_labels
    )
    reader = examples.reader(settings.task, settings.model, settings.training, strategy.num_replicas_in_sync)
    options = loss_options(settings.training, reader.facts.labels, lambda: examples.count_labels(reader))
    found = FoundModel.of_settings(fn_args.custom_config)
    start = choose_start(found, reader.task, reader.facts, settings.model)
    fine_tuning = FineTuning(
        reader.task, reader.facts, settings.model, settings.training, options, strategy, start=start.weights
    )
    network = fine_tuning.run(examples.training_data(reader, settings.training.seed), folder.path)
    calibrated = reader.task.calibrate(predictions(network, reader.requests(fn_args.eval_files)), reader.facts)
    reader = reader.with_facts(reader.facts.with_numbers(calibrated))
    _predict(reader, network, fn_args.custom_config)
    _export(settings, reader, network, examples.output(), fn_args.serving_model_dir)
    start.write(fn_args.model_run_dir)
    folder.finish(fn_args.model_run_dir)


def _predict(reader: BatchReader, network: keras.Model, custom_config: dict[str, Any]) -> None:
    columns = reader.task.signatures()["serving_default"].columns
    rows = sample_texts(custom_config[RAW_EVAL_FILES], columns)
    answered = predict_texts(reader.task, reader.facts, reader.encoder, network, rows)
    write_expected_answers(custom_config[PREDICTIONS_FOLDER], answered)


def _export(
    settings: TrainerSettings,
    reader: BatchReader,
    network: keras.Model,
    transform_output: tft.TFTransformOutput,
    folder: str,
) -> None:
    facts, model = reader.facts, settings.model
    servable = Servable(reader.task, facts, network, transform_output, reader.encoder)
    # Nobody trains what is served: without gradients.
    options = tf.saved_model.SaveOptions(experimental_custom_gradients=False)
    tf.saved_model.save(servable, folder, signatures=servable.signatures(), options=options)
    chosen = ChosenTask.from_json(settings.task)
    ModelDescription(
        chosen, facts.labels, model.source, model.sequence_length, facts.numbers, facts.vocabulary.digest
    ).write(folder)
    reader.task.write_assets(network, facts, f"{folder}/assets.extra")
    if settings.training.start_from == "current":
        # As large as the model in float32 once more, so only for those who have a use for it.
        KeptWeights.of_network(network, reader.task.name, facts.labels, facts.vocabulary.digest).write(folder)
