"""TensorBoard's event files: loss and metrics by step, the steps before a resumption included."""

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf
from typing_extensions import override

_STEPS_BETWEEN_POINTS = 10


class EventFiles(keras.callbacks.Callback):
    """Writes curves for `train` and `validation`.

    Keras' own callback counts from 0 again in each call of `fit`, of which a training has one for each epoch.
    """

    def __init__(self, folder: str, first_step: int) -> None:
        """Opens the files.

        Args:
            folder: Where they go.
            first_step: Steps that were done before.
        """
        super().__init__()
        self._train = tf.summary.create_file_writer(f"{folder}/train")
        self._validation = tf.summary.create_file_writer(f"{folder}/validation")
        self._step = first_step

    @override
    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self._step += 1
        if self._step % _STEPS_BETWEEN_POINTS == 0:
            self._write(self._train, logs or {})

    def write_epoch(self, metrics: Mapping[str, float]) -> None:
        """Writes what an epoch ended with.

        Args:
            metrics: Those on the train split under their names, those on the validation split as `val_…`.
        """
        validation = {name: value for name, value in metrics.items() if name.startswith("val_")}
        self._write(self._train, {name: value for name, value in metrics.items() if name not in validation})
        self._write(self._validation, {name.removeprefix("val_"): value for name, value in validation.items()})

    def flush(self) -> None:
        """Writes what is still in memory, as it should be before a checkpoint says that these steps are done."""
        self._train.flush()
        self._validation.flush()

    def close(self) -> None:
        """Writes the rest."""
        self._train.close()
        self._validation.close()

    def _write(self, writer: Any, values: Mapping[str, Any]) -> None:
        with writer.as_default(step=self._step):
            for name, value in values.items():
                tf.summary.scalar(name, value)
