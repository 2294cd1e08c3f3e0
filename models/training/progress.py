"""Training progress as log records: what a person wants to see while waiting."""

import dataclasses
import logging
import time
from collections.abc import Mapping
from typing import Any

import keras
from typing_extensions import override

logger = logging.getLogger(__name__)

_SECONDS_BETWEEN_RECORDS = 2.0


def tell(sentence: str) -> None:
    """Logs what a person wants to be able to read later, too: what a training starts from, what several came to.

    Args:
        sentence: One line.
    """
    logger.info("%s", sentence, extra={"is_lasting": True})


@dataclasses.dataclass(frozen=True)
class TrainingProgress:
    """How far a training is; each log record of this module carries one as its attribute `progress`.

    Attributes:
        epoch: The running epoch, from 1; 0 where the network is judged before training.
        epochs: Epochs at most.
        step: Steps done, those before a resumption included.
        total_steps: Steps of the whole training, unless it stops early.
        metrics: Loss and metrics so far in this epoch; at its end also those on the validation split (`val_…`).
        examples_per_second: Training speed; None before it is known.
        seconds_left: Time to the last step at this speed; None before it is known.
        resumed_at: The step that a checkpoint let this training go on from; None where it began at the beginning.
    """

    epoch: int
    epochs: int
    step: int
    total_steps: int
    metrics: Mapping[str, float]
    examples_per_second: float | None
    seconds_left: float | None
    resumed_at: int | None = None

    def __str__(self) -> str:
        numbers = "".join(f"  {name} {value:.4f}" for name, value in self.metrics.items())
        speed = "" if self.examples_per_second is None else f"  {self.examples_per_second:.0f} examples/s"
        left = "" if self.seconds_left is None else f"  {self.seconds_left:.0f} s left"
        resumed = "" if self.resumed_at is None else f" (resumed at step {self.resumed_at})"
        return f"epoch {self.epoch}/{self.epochs}  step {self.step}/{self.total_steps}{resumed}{numbers}{speed}{left}"


class Progress(keras.callbacks.Callback):
    """Logs step, loss, metrics, speed and time left, every other second and at the end of each epoch."""

    def __init__(self, first_step: int, total_steps: int, total_rows: int, epochs: int) -> None:
        """Sets what full means.

        Args:
            first_step: Steps that were done before a resumption; 0 at the beginning.
            total_steps: Steps of the whole training.
            total_rows: Rows of them.
            epochs: Epochs at most.
        """
        super().__init__()
        self._first_step, self._total_steps, self._epochs = first_step, total_steps, epochs
        self._rows_per_step = total_rows / total_steps
        self._step = first_step
        self._first_step_ended = self._last_record = time.monotonic()

    def begin(self, epoch: int) -> None:
        """Says where a resumed training goes on.

        Args:
            epoch: From 0; past the last one where all are done.
        """
        if self._first_step:
            self._record(min(epoch, self._epochs - 1), {})

    @override
    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._epoch = epoch

    @override
    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self._step += 1
        now = time.monotonic()
        if self._steps_here() == 1:
            # The first step builds the graph: it says nothing about the speed of the others.
            self._first_step_ended = self._last_record = now
        if now - self._last_record >= _SECONDS_BETWEEN_RECORDS:
            self._last_record = now
            self._record(self._epoch, logs or {})

    def end_epoch(self, epoch: int, metrics: Mapping[str, float]) -> None:
        """Says what an epoch ended with.

        Args:
            epoch: From 0.
            metrics: On both splits.
        """
        self._record(epoch, metrics)

    def _steps_here(self) -> int:
        """Steps in this process: the only ones whose time is known."""
        return self._step - self._first_step

    def _record(self, epoch: int, metrics: Mapping[str, Any]) -> None:
        timed_steps = self._steps_here() - 1
        steps_per_second = timed_steps / (time.monotonic() - self._first_step_ended) if timed_steps > 0 else None
        progress = TrainingProgress(
            epoch=epoch + 1,
            epochs=self._epochs,
            step=self._step,
            total_steps=self._total_steps,
            metrics={name: float(value) for name, value in metrics.items()},
            examples_per_second=steps_per_second and steps_per_second * self._rows_per_step,
            seconds_left=steps_per_second and (self._total_steps - self._step) / steps_per_second,
            resumed_at=self._first_step or None,
        )
        logger.info("%s", progress, extra={"progress": progress})
