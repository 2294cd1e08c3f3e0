"""Fine-tunes a network on batches, and keeps the weights of one of its epochs."""

import dataclasses
import logging
from collections.abc import Iterator
from typing import Any

import keras
import tensorflow as tf

from models.config import ModelConfig, TrainingConfig
from models.lean.network import lean_network
from models.presets import load_backbone
from models.tasks.interface.batch import Request
from models.tasks.interface.facts import Facts
from models.tasks.interface.loss_options import LossOptions
from models.tasks.interface.task import Task
from models.training.checkpoints import UnusableCheckpointError
from models.training.diverged import DivergedError
from models.training.free_training import free_training
from models.training.freezing import freeze
from models.training.loss_scale import CountedLossScale
from models.training.low_rank_adaptation import add_low_rank_matrices, merged_weights
from models.training.occurring_pieces import occurring_pieces
from models.training.optimizer import build_optimizer
from models.training.out_of_memory import OutOfMemoryError, RowsAtATime, is_out_of_memory
from models.training.passes import compute_in_passes
from models.training.precision import POLICIES, chosen_precision
from models.training.predictions import predictions
from models.training.progress import tell
from models.training.row_metrics import RowMetric
from models.training.saving_rule import SavingRule
from models.training.training_data import TrainingData
from models.training.training_loop import EVENTS, EpochRule, LoopSettings, TrainingLoop, never
from models.training.warm_start import WarmStart

logger = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class FineTuning:
    """One training.

    Attributes:
        task: Owns head, loss and metrics.
        facts: What the task knows of the data.
        model: Preset and dropout.
        training: Hyper-parameters.
        loss: What the config says about the loss.
        strategy: The devices; None for one.
        saving: When a checkpoint is due.
        start: The weights to begin with in place of the preset's; None where it is to begin with those.
        ends_after: Is told of each epoch, and whether training ends there; by default it never does.
    """

    task: Task
    facts: Facts
    model: ModelConfig
    training: TrainingConfig
    loss: LossOptions = dataclasses.field(default_factory=LossOptions)
    strategy: tf.distribute.Strategy | None = None
    saving: SavingRule = dataclasses.field(default_factory=SavingRule)
    start: WarmStart | None = None
    ends_after: EpochRule = never

    def run(self, data: TrainingData, folder: str) -> keras.Model:
        """Trains from the weights to begin with, or goes on from a checkpoint of the same training.

        Where memory runs out, it goes on from the last checkpoint, with half the rows at a time in steps of as many.

        Args:
            data: The rows.
            folder: Where checkpoints are looked for and saved, and where TensorBoard's event files go; a path or a URI.

        Returns:
            The network with the weights of its best epoch; it computes in the precision that it is served in, whatever
            it was trained in, so that what is served does not depend on the hardware it was trained on.

        Raises:
            DivergedError: The loss is no number any more; the message says what to change.
            OutOfMemoryError: There is too little memory for one row; the message says what to change.
        """
        events = f"{folder}/{EVENTS}"
        rows = RowsAtATime(self.training.batch_size).or_as_before(events)
        while True:
            try:
                return self._run(data, folder, rows)
            except tf.errors.ResourceExhaustedError as error:
                rows = self._with_fewer(rows, error)
            rows.write(events)
            # Not before: the error's frames held the network that there was no room for.
            free_training()

    def _num_devices(self) -> int:
        num_devices: int = (self.strategy or tf.distribute.get_strategy()).num_replicas_in_sync
        return num_devices

    def _run(self, data: TrainingData, folder: str, rows: RowsAtATime) -> keras.Model:
        loop = self._build_loop(data, folder, rows)
        try:
            loop.resume()
        except UnusableCheckpointError:
            logger.warning("none of the checkpoints in %s can be used: training starts at the beginning", folder)
            loop = self._build_loop(data, folder, rows)
        try:
            return self._served(loop.run())
        except DivergedError as error:
            raise DivergedError(f"training: {error}. {self._ways_out()}") from error

    def _with_fewer(self, rows: RowsAtATime, error: tf.errors.ResourceExhaustedError) -> RowsAtATime:
        """What to go on with after an error, which may not be for want of memory."""
        if not is_out_of_memory(error):
            raise error
        num_devices = self._num_devices()
        # In TensorFlow's loops, gradients of the same weights came out of two devices in different numbers.
        fewer = rows.halved() if num_devices == 1 else None
        if fewer is None:
            where = "with one row at a time" if num_devices == 1 else f"on {num_devices} devices"
            raise OutOfMemoryError(
                f"training: out of memory {where}. Lower model.sequence_length (now "
                f"{self.model.sequence_length}) or training.batch_size (now {self.training.batch_size}), set "
                "training.freeze or training.lora_rank, take a smaller model.preset, or a machine with more memory. "
                "Nothing was exported, and what is in service stays."
            ) from error
        logger.warning("out of memory: %s", error)
        tell(f"out of memory with {rows.num_rows or rows.batch_size} rows at a time: goes on with {fewer.num_rows}")
        return fewer

    def _ways_out(self) -> str:
        training = self.training
        return (
            f"Lower training.learning_rate (now {training.learning_rate:g}) or training.clip_norm (now "
            f"{training.clip_norm:g}), lengthen training.warmup_fraction (now {training.warmup_fraction:g}), or train "
            f"in another training.precision (now {training.precision}). Nothing was exported, and what is in service "
            "stays."
        )

    def _build_loop(self, data: TrainingData, folder: str, rows: RowsAtATime) -> TrainingLoop:
        # All that is random derives from it: the head's weights, dropout, and the orders of tf.data.
        keras.utils.set_random_seed(self.training.seed)
        strategy = self.strategy or tf.distribute.get_strategy()
        precision = chosen_precision(self.training.precision, strategy.num_replicas_in_sync)
        with strategy.scope():
            network = self._build_trained_network(precision, data)
            network = lean_network(network, pieces=lambda: occurring_pieces(data))
            metrics = self.task.build_metrics(self.facts)
            network.compile(
                optimizer=self._build_optimizer(precision, data.num_batches * self.training.epochs),
                loss=self.task.build_loss(self.facts, self.loss),
                weighted_metrics=_of_rows(metrics),
                jit_compile=self.training.xla,
            )
            network.optimizer.build(network.trainable_variables)
            if rows.num_rows is not None:
                compute_in_passes(network, rows.num_rows)
        keeps_last = self.training.keep_epoch == "last"
        settings = LoopSettings(
            self.training.epochs,
            self.task.chosen_monitor(),
            0 if keeps_last else self.training.early_stopping_patience,
            folder,
            self.saving,
            self.task.keeps_start or self.start is not None,
            self._keeps_start() and not keeps_last,
            keeps_last,
            lambda network: self.task.whole_split_metrics(self._served_predictions(network, data), self.facts),
            self.ends_after,
        )
        return TrainingLoop(network, data, settings)

    def _keeps_start(self) -> bool:
        """Whether what it starts from is judged like an epoch: what was good enough is not made worse, by this metric.

        A label that nothing has taught yet is none that is good enough: its rows are too few to outweigh the noise of
        the others, and it would never be learnt. What such a start is worth is told all the same.
        """
        warm = self.start is not None and not self.start.labels_without_weights()
        return self.task.keeps_start or warm

    def _served_predictions(self, network: keras.Model, data: TrainingData) -> Iterator[tuple[Any, Request]]:
        """The outputs for the eval split of a network that goes on being trained, as they would be served."""
        weights = network.get_weights()
        served = self._served(network)
        # Merging low-rank matrices has emptied them.
        network.set_weights(weights)
        yield from predictions(served, data.requests)

    def _served(self, network: keras.Model) -> keras.Model:
        served = self._with_head(
            load_backbone(self.model.source, POLICIES[self.model.served_precision], load_weights=False)
        )
        served.set_weights(merged_weights(network))
        return served

    def _build_trained_network(self, precision: str, data: TrainingData) -> keras.Model:
        backbone = load_backbone(self.model.source, POLICIES[precision])
        freeze(backbone, self.training.freeze)
        if self.training.lora_rank is not None:
            add_low_rank_matrices(backbone, self.training.lora_rank)
        network = self._with_head(backbone)
        if self.start is not None:
            self.start.give_to(network)
            self.start.begin_new_labels(network, data.train(0))
        return network

    def _with_head(self, backbone: keras.Model) -> keras.Model:
        return self.task.build_network(backbone, self.facts, self.model.dropout)

    def _build_optimizer(self, precision: str, total_steps: int) -> keras.optimizers.Optimizer:
        optimizer = build_optimizer(self.training, total_steps)
        # float16 has too few exponent bits for small gradients; bfloat16 has float32's.
        return CountedLossScale(optimizer) if precision == "float16" else optimizer


def _of_rows(metrics: Any) -> Any:
    if isinstance(metrics, dict):
        return {output: _of_rows(its_metrics) for output, its_metrics in metrics.items()}
    return [RowMetric(metric) for metric in metrics]
