"""Training progress as log records: what a person wants to see while waiting."""

import logging
import time
from typing import Any

import keras
from typing_extensions import override

logger = logging.getLogger(__name__)

_SECONDS_BETWEEN_RECORDS = 2.0


class Progress(keras.callbacks.Callback):
    """Logs step, loss, metrics, speed and time left, every other second and at the end of each epoch."""

    def __init__(self, total_steps: int, num_rows: int, epochs: int) -> None:
        """Sets what full means.

        Args:
            total_steps: Steps of the whole training.
            num_rows: Rows of an epoch.
            epochs: Epochs at most.
        """
        super().__init__()
        self._total_steps, self._num_rows, self._epochs = total_steps, num_rows, epochs
        self._step = 0
        self._epoch = 0
        self._first_step_ended = self._last_record = time.monotonic()

    @override
    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._epoch = epoch + 1

    @override
    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self._step += 1
        now = time.monotonic()
        if self._step == 1:
            # The first step builds the graph: it says nothing about the speed of the others.
            self._first_step_ended = self._last_record = now
        if now - self._last_record >= _SECONDS_BETWEEN_RECORDS:
            self._last_record = now
            self._record(logs or {})

    @override
    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._record(logs or {})

    def _record(self, logs: dict[str, Any]) -> None:
        numbers = "  ".join(f"{name} {value:.4f}" for name, value in logs.items())
        logger.info(
            "epoch %d/%d  step %d/%d  %s%s",
            self._epoch,
            self._epochs,
            self._step,
            self._total_steps,
            numbers,
            self._speed() if self._step > 1 else "",
        )

    def _speed(self) -> str:
        steps_per_second = (self._step - 1) / (time.monotonic() - self._first_step_ended)
        rows_per_second = steps_per_second * self._num_rows * self._epochs / self._total_steps
        return f"  {rows_per_second:.0f} examples/s  {(self._total_steps - self._step) / steps_per_second:.0f} s left"
