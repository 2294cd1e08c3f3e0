"""Transform's output as trainings take it."""

import dataclasses
from collections.abc import Sequence

import tensorflow as tf
import tensorflow_transform as tft

from models.config import ModelConfig, TrainingConfig
from models.label_order import ordered_labels
from models.labels import LABELS_FILE
from models.presets import load_vocabulary
from models.tasks.interface.chosen_task import ChosenTask
from models.tasks.interface.facts import Facts
from models.tokenisation.text_encoder import TextEncoder
from models.training.batches import BatchReader
from models.training.training_data import TrainingData


@dataclasses.dataclass(frozen=True)
class TransformedExamples:
    """Where Transform's output is.

    Attributes:
        transform_graph: Folder of the transform graph.
        train_files: Patterns of the train split's files.
        eval_files: Patterns of the eval split's files.
        kept_labels: Labels that are classes though no row of the train split has them.
    """

    transform_graph: str
    train_files: tuple[str, ...]
    eval_files: tuple[str, ...]
    kept_labels: tuple[str, ...] = ()

    def output(self) -> tft.TFTransformOutput:
        """The transform graph, to be served with a network."""
        return tft.TFTransformOutput(self.transform_graph)

    def reader(self, task: str, model: ModelConfig, training: TrainingConfig, num_devices: int) -> BatchReader:
        """A reader that knows what the task learns from the train split.

        Args:
            task: The task, as `ChosenTask.to_json` writes it.
            model: The config's section.
            training: The config's section.
            num_devices: Among how many a batch is divided.
        """
        built = ChosenTask.from_json(task).build()
        vocabulary = load_vocabulary(model.source)
        output = self.output()
        reader = BatchReader(
            built,
            Facts(vocabulary, _labels(output, self.kept_labels)),
            TextEncoder(vocabulary, model.sequence_length),
            output.transformed_feature_spec(),
            training.batch_size,
            row_multiple=num_devices,
        )
        measured = built.measure(reader.parsed(list(self.train_files)), reader.facts)
        reader = reader.with_facts(reader.facts.with_numbers(measured))
        if training.xla:
            return reader.with_few_shapes()
        return reader.for_gpus() if tf.config.list_logical_devices("GPU") else reader

    def count_labels(self, reader: BatchReader) -> tuple[int, ...]:
        """How often each label occurs in the train split, in the order of the label vocabulary."""
        return reader.count_labels(list(self.train_files))

    def training_data(self, reader: BatchReader, seed: int) -> TrainingData:
        """The rows of a training.

        Args:
            reader: Reads both splits.
            seed: Decides the orders of the train split.
        """
        train_files, eval_files = list(self.train_files), list(self.eval_files)
        num_rows = reader.count_rows(train_files)
        return TrainingData(
            train=lambda epoch: reader.training(train_files, num_rows, seed, epoch),
            validation=reader.evaluation(eval_files),
            num_rows=num_rows,
            num_batches=reader.count_batches(num_rows),
            requests=reader.requests(eval_files),
        )


def _labels(transform_output: tft.TFTransformOutput, kept: Sequence[str]) -> tuple[str, ...]:
    if transform_output.vocabulary_file_by_name(LABELS_FILE) is None:
        return ()
    return ordered_labels([*transform_output.vocabulary_by_name(LABELS_FILE), *(label.encode() for label in kept)])
