"""One trial: trains with its settings, and writes down what came of it."""

import dataclasses
import hashlib
import json
import logging
import time
from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from models.config import ModelConfig, TrainingConfig
from models.tasks.interface.chosen_task import ChosenTask
from models.training.devices import training_strategy
from models.training.diverged import DivergedError
from models.training.fine_tuning import FineTuning
from models.training.free_training import free_training
from models.training.loss_settings import loss_options
from models.training.out_of_memory import OutOfMemoryError
from models.training.transformed_examples import TransformedExamples
from models.tuning.epoch_watch import EpochWatch
from models.tuning.journal import Journal
from models.tuning.row_sample import sampled_files
from models.tuning.trial_record import TrialRecord
from models.tuning.trial_settings import trial_settings
from models.tuning.tuner_settings import TunerSettings, examples_of_json

logger = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class TrialJob:
    """A trial that is to run.

    Attributes:
        number: From 1.
        values: What it tries.
        settings: The search's.
        examples: What it trains on, tokenised for its preset and length.
        folder: The search's journal.
    """

    number: int
    values: Mapping[str, Any]
    settings: TunerSettings
    examples: TransformedExamples
    folder: str

    def to_json(self) -> dict[str, Any]:
        """As JSON values, for a process of its own."""
        return {
            "number": self.number,
            "values": dict(self.values),
            "settings": self.settings.to_custom_config(),
            "examples": dataclasses.asdict(self.examples),
            "folder": self.folder,
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "TrialJob":
        """Back from JSON values."""
        settings = TunerSettings.from_custom_config(values["settings"])
        examples = examples_of_json(values["examples"])
        return cls(values["number"], values["values"], settings, examples, values["folder"])

    def run(self) -> TrialRecord:
        """Trains, or goes on from a checkpoint of the same trial.

        Returns:
            What came of it, which is in the journal then.
        """
        started, journal = time.monotonic(), Journal(self.folder)
        record = self._trained(journal)
        # The next trial needs the memory.
        free_training()
        record = dataclasses.replace(record, seconds=round(time.monotonic() - started, 1))
        journal.end(record)
        return record

    def _trained(self, journal: Journal) -> TrialRecord:
        model, training = trial_settings(self.values, self.settings.model, self.settings.training)
        monitor = ChosenTask.from_json(self.settings.task).build().chosen_monitor()
        watch = EpochWatch(journal, self.number, monitor, training, self.settings.tuning.stop_hopeless)
        try:
            self._fine_tune(model, training, watch, journal.training_folder(self.number))
        except (OutOfMemoryError, tf.errors.ResourceExhaustedError) as error:
            logger.warning("trial %d: %s", self.number, error)
            return TrialRecord(self.number, self.values, "failed", reason="out of memory")
        except DivergedError:
            return TrialRecord(self.number, self.values, "failed", reason="diverged")
        return watch.record(self.values)

    def _fine_tune(self, model: ModelConfig, training: TrainingConfig, watch: EpochWatch, folder: str) -> None:
        strategy = training_strategy(training)
        reader = self.examples.reader(self.settings.task, model, training, strategy.num_replicas_in_sync)
        options = loss_options(training, reader.facts.labels, lambda: self.examples.count_labels(reader))
        fine_tuning = FineTuning(
            reader.task, reader.facts, model, training, options, strategy, ends_after=watch.ends_after
        )
        fine_tuning.run(self._sampled().training_data(reader, training.seed), folder)

    def _sampled(self) -> TransformedExamples:
        """What is trained on; all else that is learnt from the data is learnt from all of them, as in a run."""
        num_rows = self.settings.tuning.rows
        if num_rows is None:
            return self.examples
        where = hashlib.blake2b(json.dumps(self.examples.train_files).encode(), digest_size=8).hexdigest()
        files = sampled_files(self.examples.train_files, num_rows, f"{self.folder}/rows-{where}")
        return dataclasses.replace(self.examples, train_files=tuple(files))
