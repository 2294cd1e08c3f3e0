"""The rows of a training, as the training loop takes them."""

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

import tensorflow as tf


@dataclasses.dataclass(frozen=True)
class TrainingData:
    """Batches of (inputs, targets), or of (inputs, targets, row weights).

    Attributes:
        train: The batches of an epoch, by its number from 0; the same for the same number, whichever came before.
        validation: What the monitored metric is measured on.
        num_rows: Rows of an epoch.
        num_batches: Batches of an epoch.
        requests: The eval split once more, as `BatchReader.requests` gives it; for tasks that have metrics of it as a
            whole.
    """

    train: Callable[[int], tf.data.Dataset]
    validation: tf.data.Dataset
    num_rows: int
    num_batches: int
    requests: Iterable[Any] = ()

    def rest_of_epoch(self, epoch: int, num_done: int) -> tf.data.Dataset:
        """The batches of an epoch without the first ones.

        Args:
            epoch: From 0.
            num_done: How many to leave out.
        """
        batches = self.train(epoch).skip(num_done)
        # Told to Keras, which warns of an end that it did not expect; and a wrong count is an error.
        return batches.apply(tf.data.experimental.assert_cardinality(self.num_batches - num_done))
