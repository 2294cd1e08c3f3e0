"""The trained network's outputs for examples, in the order of the files."""

from collections.abc import Iterator
from typing import Any

import keras
import tensorflow as tf

from models.tasks.interface.batch import Request


def predictions(network: keras.Model, requests: tf.data.Dataset) -> Iterator[tuple[Any, Request]]:
    """Yields outputs and what they were made from, batch by batch; nothing is computed before it is asked for.

    Args:
        network: The trained network.
        requests: Triples as `BatchReader.requests` gives them.
    """
    call = tf.function(lambda inputs: network(inputs, training=False), autograph=False, reduce_retracing=True)
    for packed, rows, inputs in requests:
        yield call(inputs), Request(packed, rows, texts={})
