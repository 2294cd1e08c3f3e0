"""Dropout by eight random bits for each element, where TensorFlow's own draws 32 and makes a float of them."""

from typing import Any

import keras
import tensorflow as tf
from typing_extensions import override

_LEVELS = 256


class LeanDropout(keras.layers.Layer):
    """Drops out what a Keras layer does, at its rate in 256ths (0.1 becomes 26/256), seeded by its generator."""

    def __init__(self, dropout: keras.layers.Dropout) -> None:
        """Takes over a layer's rate and the state of its random numbers, so that trainings can be resumed."""
        super().__init__(name=dropout.name, dtype=dropout.dtype_policy)
        self.supports_masking = True
        self._dropout = dropout
        # No rate above 0 becomes 0, and none below 1 becomes 1.
        self._dropped = min(max(round(dropout.rate * _LEVELS), 1), _LEVELS - 1) if dropout.rate > 0 else 0

    @override
    def call(self, inputs: Any, training: bool = False) -> Any:
        """Inputs of any shape, scaled so that sums stay the same in expectation."""
        if not training or not self._dropped:
            return inputs
        if self._dropout.rate >= 1:
            return tf.zeros_like(inputs)
        seed = tf.bitcast(tf.cast(self._dropout.seed_generator.next(), tf.uint32), tf.int32)
        is_kept = tf.cast(_random_bytes(tf.shape(inputs), seed) >= self._dropped, inputs.dtype)
        # The scale goes to the smaller number of products: gradients pass through one, too.
        return inputs * (is_kept * tf.cast(_LEVELS / (_LEVELS - self._dropped), inputs.dtype))

    @override
    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape


def _random_bytes(shape: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Uniform uint8 of a shape."""
    size = tf.reduce_prod(shape)
    words = tf.random.stateless_uniform([(size + 3) // 4], seed, minval=None, maxval=None, dtype=tf.int32)
    return tf.reshape(tf.reshape(tf.bitcast(words, tf.uint8), [-1])[:size], shape)
