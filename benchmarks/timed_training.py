"""How long Keras' `fit` takes in all, and what each epoch came to."""

import logging
import time
from typing import Any, Self

import keras

from models.training.progress import TrainingProgress


class TimedTraining(logging.Handler):
    """Watches the trainings of this process while it is open.

    Attributes:
        seconds: In `fit` so far.
        accuracies: On the validation split, after each epoch.
    """

    def __init__(self) -> None:
        """Watches nothing yet."""
        super().__init__()
        self.seconds = 0.0
        self.accuracies: list[float] = []

    def __enter__(self) -> Self:
        """Begins to watch."""
        self._log, self._fit = logging.getLogger("models.training.progress"), keras.Model.fit
        self._log.addHandler(self)
        self._log.setLevel(logging.INFO)
        keras.Model.fit = self._timed(self._fit)
        return self

    def __exit__(self, *_: Any) -> None:
        """Leaves everything as it was."""
        keras.Model.fit = self._fit
        self._log.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Takes an accuracy out of a record of the progress."""
        progress = getattr(record, "progress", None)
        if isinstance(progress, TrainingProgress) and "val_accuracy" in progress.metrics:
            self.accuracies.append(progress.metrics["val_accuracy"])

    def _timed(self, fit: Any) -> Any:
        def timed(*values: Any, **named: Any) -> Any:
            started = time.monotonic()
            history = fit(*values, **named)
            self.seconds += time.monotonic() - started
            return history

        return timed
