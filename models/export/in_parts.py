"""Runs a network on many rows a part at a time, so that the longest text does not decide how much memory it takes."""

from collections.abc import Callable, Mapping

import tensorflow as tf

ROWS_PER_PART = 32
"""A BERT-base on 32 rows of 512 pieces holds 400 MB of attention weights at a time."""


def in_parts(
    network: Callable[[Mapping[str, tf.Tensor]], tf.Tensor], inputs: Mapping[str, tf.Tensor], size: int = ROWS_PER_PART
) -> tf.Tensor:
    """Equals `network(inputs)`, in a loop inside the graph where there are more than `size` rows.

    Args:
        network: Takes tensors [rows, …], gives one tensor [rows, …] of known rank.
        inputs: At least one tensor, all with the same first dimension.
        size: Rows of a part.
    """
    num_rows = tf.shape(next(iter(inputs.values())))[0]
    first = network({name: values[:size] for name, values in inputs.items()})

    def rest() -> tf.Tensor:
        def append(start: tf.Tensor, outputs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            part = network({name: values[start : start + size] for name, values in inputs.items()})
            return start + size, tf.concat([outputs, part], axis=0)

        shapes = (tf.TensorShape([]), tf.TensorShape([None, *first.shape[1:]]))
        start = tf.constant(size)
        return tf.while_loop(lambda start, _: start < num_rows, append, (start, first), shapes)[1]

    return tf.cond(num_rows > size, rest, lambda: first)
