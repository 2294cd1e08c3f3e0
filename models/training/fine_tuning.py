"""Fine-tunes a network on batches, and keeps the weights of its best epoch."""

import dataclasses
from typing import Any

import keras
import tensorflow as tf

from models.config import ModelConfig, TrainingConfig
from models.presets import load_backbone
from models.tasks.task import Task
from models.training.optimizer import build_optimizer
from models.training.precision import POLICIES, chosen_precision
from models.training.progress import Progress


@dataclasses.dataclass(frozen=True)
class FineTuning:
    """One training.

    Attributes:
        task: Owns head, loss and metrics.
        labels: The label vocabulary.
        model: Preset and dropout.
        training: Hyper-parameters.
    """

    task: Task
    labels: tuple[str, ...]
    model: ModelConfig
    training: TrainingConfig

    def run(
        self, train: tf.data.Dataset, validation: tf.data.Dataset, num_rows: int, log_directory: str
    ) -> keras.Model:
        """Trains from the preset's weights; what is random depends on Keras' global seed.

        Args:
            train: One epoch of (inputs, targets).
            validation: What the monitored metric is measured on.
            num_rows: Rows of an epoch.
            log_directory: Where TensorBoard's event files go.

        Returns:
            The network with the weights of its best epoch; it computes in float32, whatever precision it was trained
            in, so that what is served does not depend on the hardware it was trained on.
        """
        precision = chosen_precision(self.training.precision)
        network = self._build_network(POLICIES[precision])
        steps_per_epoch = -(-num_rows // self.training.batch_size)
        total_steps = steps_per_epoch * self.training.epochs
        network.compile(
            optimizer=self._build_optimizer(precision, total_steps),
            loss=self.task.build_loss(),
            metrics=self.task.build_metrics(self.labels),
            jit_compile=False,
        )
        network.fit(
            train,
            validation_data=validation,
            epochs=self.training.epochs,
            callbacks=self._build_callbacks(total_steps, num_rows, log_directory),
            verbose=0,
        )
        served = self._build_network("float32", load_weights=False)
        served.set_weights(network.get_weights())
        return served

    def _build_network(self, dtype_policy: str, load_weights: bool = True) -> keras.Model:
        backbone = load_backbone(self.model.preset, dtype_policy, load_weights)
        return self.task.build_network(backbone, self.labels, self.model.dropout)

    def _build_optimizer(self, precision: str, total_steps: int) -> keras.optimizers.Optimizer:
        optimizer = build_optimizer(self.training, total_steps)
        # float16 has too few exponent bits for small gradients; bfloat16 has float32's.
        return keras.optimizers.LossScaleOptimizer(optimizer) if precision == "float16" else optimizer

    def _build_callbacks(self, total_steps: int, num_rows: int, log_directory: str) -> list[Any]:
        return [
            Progress(total_steps, num_rows, self.training.epochs),
            keras.callbacks.TensorBoard(log_directory, write_graph=False, update_freq=10),
            keras.callbacks.EarlyStopping(
                monitor=f"val_{self.task.monitor.metric}",
                mode=self.task.monitor.mode,
                patience=self.training.early_stopping_patience or self.training.epochs,
                restore_best_weights=True,
            ),
        ]
