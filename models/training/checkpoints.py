"""Checkpoints of a training: saved when they are due, restored whole or not at all."""

import logging
import time
from typing import Any

import tensorflow as tf

from models.training.saving_rule import SavingRule

logger = logging.getLogger(__name__)

# A disk that fails can spoil the newest one, a kill cannot: TensorFlow records a checkpoint when all of it is written.
_NUM_KEPT = 2

# Of a file that was cut, TensorFlow raises an IndexError: its OutOfRange as pybind translates it.
_UNREADABLE = (tf.errors.OpError, AssertionError, AttributeError, LookupError, TypeError, ValueError)


class UnusableCheckpointError(Exception):
    """There are checkpoints, and none can be read; the variables hold anything now."""


class Checkpoints:
    """The checkpoints of one training in one folder."""

    def __init__(self, folder: str, parts: dict[str, Any], rule: SavingRule) -> None:
        """Looks what is there; nothing is read or written yet.

        Args:
            folder: A local folder or a URI.
            parts: All that a training goes on from: lists of variables and other trackables, by name.
            rule: When a checkpoint is due.
        """
        self._checkpoint = tf.train.Checkpoint(**parts)
        self._manager = self._new_manager(folder)
        self._rule = rule
        self._save_seconds = 0.0
        self._last_saved = time.monotonic()

    def _new_manager(self, folder: str) -> tf.train.CheckpointManager:
        try:
            return tf.train.CheckpointManager(self._checkpoint, folder, max_to_keep=_NUM_KEPT)
        except ValueError as error:
            # A disk that fails can leave it empty, and no training would ever come past it.
            logger.warning(
                "the list of checkpoints cannot be used, and the training starts at the beginning: %s", error
            )
            tf.io.gfile.remove(f"{folder}/checkpoint")
            return tf.train.CheckpointManager(self._checkpoint, folder, max_to_keep=_NUM_KEPT)

    def restore(self) -> bool:
        """Restores the newest checkpoint that can be read.

        Returns:
            Whether there was one.

        Raises:
            UnusableCheckpointError: There are checkpoints, and none can be read.
        """
        for path in reversed(self._manager.checkpoints):
            try:
                self._checkpoint.restore(path).assert_consumed()
            except _UNREADABLE as error:
                logger.warning("the checkpoint %s cannot be used: %s: %s", path, type(error).__name__, error)
            else:
                return True
        if self._manager.checkpoints:
            raise UnusableCheckpointError
        return False

    def is_due(self, at_epoch_end: bool = False) -> bool:
        """Whether the last checkpoint is old enough for another.

        Args:
            at_epoch_end: Whether an epoch was just evaluated.
        """
        waited = time.monotonic() - self._last_saved
        return waited >= self._rule.interval_seconds(self._save_seconds, at_epoch_end)

    def save(self) -> None:
        """Saves; older checkpoints are removed when this one is complete."""
        started = time.monotonic()
        self._manager.save()
        self._last_saved = time.monotonic()
        self._save_seconds = self._last_saved - started
        logger.info("saved a checkpoint in %.1f s: %s", self._save_seconds, self._manager.latest_checkpoint)
