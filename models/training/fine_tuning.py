"""Fine-tunes a network on batches, and keeps the weights of its best epoch."""

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
from models.training.freezing import freeze
from models.training.loss_scale import CountedLossScale
from models.training.low_rank_adaptation import add_low_rank_matrices, merged_weights
from models.training.optimizer import build_optimizer
from models.training.precision import POLICIES, chosen_precision
from models.training.predictions import predictions
from models.training.row_metrics import RowMetric
from models.training.saving_rule import SavingRule
from models.training.training_data import TrainingData
from models.training.training_loop import EpochRule, LoopSettings, TrainingLoop, never
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

        Args:
            data: The rows.
            folder: Where checkpoints are looked for and saved, and where TensorBoard's event files go; a path or a URI.

        Returns:
            The network with the weights of its best epoch; it computes in the precision that it is served in, whatever
            it was trained in, so that what is served does not depend on the hardware it was trained on.

        Raises:
            DivergedError: The loss is no number any more; the message says what to change.
        """
        loop = self._build_loop(data, folder)
        try:
            loop.resume()
        except UnusableCheckpointError:
            logger.warning("none of the checkpoints in %s can be used: training starts at the beginning", folder)
            loop = self._build_loop(data, folder)
        try:
            return self._served(loop.run())
        except DivergedError as error:
            raise DivergedError(f"training: {error}. {self._ways_out()}") from error

    def _ways_out(self) -> str:
        training = self.training
        return (
            f"Lower training.learning_rate (now {training.learning_rate:g}) or training.clip_norm (now "
            f"{training.clip_norm:g}), lengthen training.warmup_fraction (now {training.warmup_fraction:g}), or train "
            f"in another training.precision (now {training.precision}). Nothing was exported, and what is in service "
            "stays."
        )

    def _build_loop(self, data: TrainingData, folder: str) -> TrainingLoop:
        # All that is random derives from it: the head's weights, dropout, and the orders of tf.data.
        keras.utils.set_random_seed(self.training.seed)
        strategy = self.strategy or tf.distribute.get_strategy()
        precision = chosen_precision(self.training.precision, strategy.num_replicas_in_sync)
        with strategy.scope():
            network = lean_network(self._build_trained_network(precision))
            metrics = self.task.build_metrics(self.facts)
            network.compile(
                optimizer=self._build_optimizer(precision, data.num_batches * self.training.epochs),
                loss=self.task.build_loss(self.facts, self.loss),
                weighted_metrics=_of_rows(metrics),
                jit_compile=self.training.xla,
            )
            network.optimizer.build(network.trainable_variables)
        settings = LoopSettings(
            self.training.epochs,
            self.task.chosen_monitor(),
            self.training.early_stopping_patience,
            folder,
            self.saving,
            # A model that was good enough before is not made worse, by this metric; one with classes that begin at
            # random was never good enough, and few rows of the eval split may tell.
            self.task.keeps_start or (self.start is not None and not self.start.labels_without_weights()),
            lambda network: self.task.whole_split_metrics(self._served_predictions(network, data), self.facts),
            self.ends_after,
        )
        return TrainingLoop(network, data, settings)

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

    def _build_trained_network(self, precision: str) -> keras.Model:
        backbone = load_backbone(self.model.source, POLICIES[precision])
        freeze(backbone, self.training.freeze)
        if self.training.lora_rank is not None:
            add_low_rank_matrices(backbone, self.training.lora_rank)
        network = self._with_head(backbone)
        if self.start is not None:
            self.start.give_to(network)
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
