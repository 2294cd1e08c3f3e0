"""Trains a compiled network epoch after epoch, goes on from a checkpoint, and ends with the best epoch's weights."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import keras
import tensorflow as tf
from typing_extensions import override

from models.tasks.interface.evaluation import Monitor
from models.training.checkpoints import Checkpoints
from models.training.diverged import check_loss
from models.training.early_stopping import EarlyStopping
from models.training.event_files import EventFiles
from models.training.progress import Progress
from models.training.saving_rule import SavingRule
from models.training.training_data import TrainingData
from models.training.training_state import StoredState, TrainingState

EVENTS = "events"
"""Name of the folder of TensorBoard's event files, in the folder of the training."""


EpochRule = Callable[[int, Mapping[str, float]], bool]
"""From an epoch and its metrics to whether training ends after it."""


def never(epoch: int, metrics: Mapping[str, float]) -> bool:
    """The rule that lets a training go to its end."""
    return False


@dataclasses.dataclass(frozen=True)
class LoopSettings:
    """What a loop does, whatever its network is.

    Attributes:
        epochs: Passes over the train split at most.
        monitor: The validation metric that chooses the best epoch.
        patience: Epochs without a better metric before training stops; 0 never stops early.
        folder: Where checkpoints and TensorBoard's event files are while it trains.
        saving: When a checkpoint is due.
        judges_start: Whether the network that it starts from is judged, too.
        keeps_start: Whether it ends with that one where no epoch is better.
        keeps_last: Whether it ends with the weights of the last epoch, whatever the metric says.
        whole_split_metrics: Metrics of the validation split that Keras does not count, for the network that is trained.
        ends_after: Is told of each epoch, from 0 (-1 for the network that it starts from), and its metrics; whether
            training ends there.
    """

    epochs: int
    monitor: Monitor
    patience: int
    folder: str
    saving: SavingRule
    judges_start: bool = False
    keeps_start: bool = False
    keeps_last: bool = False
    whole_split_metrics: Callable[[keras.Model], Mapping[str, float]] = lambda _: {}
    ends_after: EpochRule = never


class TrainingLoop:
    """One training.

    Keras' `fit` is called for one epoch at a time, on batches that any process can make again. All that changes from
    step to step is in variables, which a step's graph changes at once; so a checkpoint can be saved between any two
    lines of Python, and the optimizer's own count says which step it belongs to.
    """

    def __init__(self, network: keras.Model, data: TrainingData, settings: LoopSettings) -> None:
        """Makes ready; nothing is trained or read yet.

        Args:
            network: Compiled, with the weights to start from; its optimizer is built.
            data: The rows.
            settings: What to do.
        """
        self._network, self._data, self._settings = network, data, settings
        early_stopping = EarlyStopping(settings.monitor.mode, settings.patience)
        self._state = StoredState(TrainingState(epochs_done=0, early_stopping=early_stopping))
        with tf.device("CPU"):
            self._best_weights = [tf.Variable(weight.numpy(), trainable=False) for weight in network.weights]
        self._checkpoints = Checkpoints(f"{settings.folder}/checkpoints", self._parts(), settings.saving)
        self._resumed_metrics: list[Any] = []
        self._is_ended = False

    def resume(self) -> bool:
        """Goes back to the newest checkpoint.

        Returns:
            Whether there was one.

        Raises:
            UnusableCheckpointError: There are checkpoints, and none can be read: this loop is of no use any more.
        """
        is_resumed = self._checkpoints.restore()
        if is_resumed:
            self._resumed_metrics = [variable.numpy() for variable in self._network.metrics_variables]
        return is_resumed

    def run(self) -> keras.Model:
        """Trains from where it is to the end.

        Returns:
            The network with the weights of its best epoch.

        Raises:
            KeyboardInterrupt: Someone stopped it; a checkpoint was saved before.
            DivergedError: The loss is no number any more; the last checkpoint is from before.
        """
        data, epochs = self._data, self._settings.epochs
        self._progress = Progress(self.steps_done(), data.num_batches * epochs, data.num_rows * epochs, epochs)
        self._events = EventFiles(f"{self._settings.folder}/{EVENTS}", self.steps_done())
        self._progress.begin(self._state.value.epochs_done)
        try:
            if self._settings.judges_start and self.steps_done() == 0 and self._state.value.early_stopping.best is None:
                self._judge_start()
            while not self._is_over():
                self._run_epoch(self._state.value.epochs_done)
        except KeyboardInterrupt:
            self._save()
            raise
        self._events.close()
        self._network.set_weights([weight.numpy() for weight in self._best_weights])
        return self._network

    def steps_done(self) -> int:
        """Steps of the whole training so far, counted by the step's own graph."""
        return int(self._network.optimizer.variables[0].numpy())

    def _is_over(self) -> bool:
        state = self._state.value
        return self._is_ended or state.epochs_done >= self._settings.epochs or state.early_stopping.is_over

    def _run_epoch(self, epoch: int) -> None:
        steps_of_epoch = self.steps_done() - epoch * self._data.num_batches
        metrics: dict[str, float] = {}
        if steps_of_epoch == 0:
            # Those of a checkpoint between epochs are of the validation split.
            self._resumed_metrics = []
        if steps_of_epoch < self._data.num_batches:
            history = self._network.fit(
                self._data.rest_of_epoch(epoch, steps_of_epoch),
                initial_epoch=epoch,
                epochs=epoch + 1,
                callbacks=[self._progress, self._events, _LoopCallback(self)],
                shuffle=False,
                verbose=0,
            )
            metrics = {name: values[-1] for name, values in history.history.items()}
        self._end_epoch(epoch, {**metrics, **self._validated()})

    def _judge_start(self) -> None:
        """Tells what the weights before the first epoch are worth, and compares it with them if they may be kept."""
        metrics = self._validated()
        self._progress.end_epoch(-1, metrics)
        if not self._settings.keeps_start:
            return
        value = metrics[f"val_{self._settings.monitor.metric}"]
        self._state.value = TrainingState(0, self._state.value.early_stopping.after(value))
        # Beside the epochs, of which a page marks the best one.
        self._events.write_epoch(metrics)
        self._is_ended = self._settings.ends_after(-1, metrics)

    def _validated(self) -> dict[str, float]:
        metrics = self._network.evaluate(self._data.validation, return_dict=True, verbose=0)
        metrics = {**metrics, **self._settings.whole_split_metrics(self._network)}
        return {f"val_{name}": value for name, value in metrics.items()}

    def _end_epoch(self, epoch: int, metrics: dict[str, float]) -> None:
        value = metrics[f"val_{self._settings.monitor.metric}"]
        early_stopping = self._state.value.early_stopping
        if self._settings.keeps_last or early_stopping.is_better(value):
            for best, weight in zip(self._best_weights, self._network.weights, strict=True):
                best.assign(weight.value)
        # From here on the epoch is over: until then a resumption evaluates it again, and comes to the same.
        self._state.value = TrainingState(epoch + 1, early_stopping.after(value))
        self._progress.end_epoch(epoch, metrics)
        self._events.write_epoch(metrics)
        self._is_ended = self._settings.ends_after(epoch, metrics)
        if self._checkpoints.is_due(at_epoch_end=True):
            self._save()

    def restore_metrics(self) -> None:
        """Goes on with the sums of the epoch that was interrupted, which Keras resets at each call of `fit`."""
        for variable, value in zip(self._network.metrics_variables, self._resumed_metrics, strict=False):
            variable.assign(value)
        self._resumed_metrics = []

    def save_if_due(self) -> None:
        """Called after each step."""
        if self._checkpoints.is_due():
            self._save()

    def _save(self) -> None:
        self._events.flush()
        self._checkpoints.save()

    def _parts(self) -> dict[str, Any]:
        """All that training goes on from, for tf.train.Checkpoint."""
        network, optimizer = self._network, self._network.optimizer
        # Metrics have variables from their first batch on.
        network.evaluate(self._data.validation.take(1), verbose=0)
        return {
            # With the states of dropout's random numbers.
            "network": [variable.value for variable in network.variables],
            "optimizer": [variable.value for variable in optimizer.variables],
            "metrics": [variable.value for variable in network.metrics_variables],
            "best_weights": self._best_weights,
            "state": self._state,
        }


class _LoopCallback(keras.callbacks.Callback):
    """Tells the loop where Keras' `fit` is."""

    def __init__(self, loop: TrainingLoop) -> None:
        """Sets whom to tell."""
        super().__init__()
        self._loop = loop

    @override
    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._epoch = epoch
        self._loop.restore_metrics()

    @override
    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        # Before it is saved: a resumption would have nothing better to go on from.
        check_loss(float((logs or {})["loss"]), batch, self._epoch)
        self._loop.save_if_due()
