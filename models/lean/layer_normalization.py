"""LayerNorm with a gradient of its own: fewer passes over memory than that of its single ops."""

from typing import Any

import keras
import tensorflow as tf
from typing_extensions import override


class LeanLayerNormalization(keras.layers.Layer):
    """Normalises over the last axis with a Keras layer's variables (Ba et al. 2016), in float32 as Keras does."""

    def __init__(self, norm: keras.layers.LayerNormalization, output_dtype: str) -> None:
        """Takes over a layer's variables.

        Args:
            norm: Built; one that `can_replace` accepts.
            output_dtype: Of what `call` returns.
        """
        # Inputs and variables are cast to it.
        super().__init__(name=norm.name, dtype="float32")
        self.supports_masking = True
        self._norm, self._output_dtype = norm, output_dtype

    @staticmethod
    def can_replace(norm: keras.layers.LayerNormalization) -> bool:
        """Whether a layer normalises over the last axis, scales and shifts, which is all that this one does."""
        return norm.built and norm.axis in (-1, [-1]) and norm.scale and norm.center and not norm.rms_scaling

    @override
    def call(self, inputs: Any) -> Any:
        """Inputs float32 [..., width], of zero mean and unit variance before scale and shift."""
        scale, shift = tf.convert_to_tensor(self._norm.gamma), tf.convert_to_tensor(self._norm.beta)
        return tf.cast(_normalised(inputs, scale, shift, self._norm.epsilon), self._output_dtype)

    @override
    def compute_output_spec(self, inputs: Any) -> keras.KerasTensor:
        return keras.KerasTensor(inputs.shape, dtype=self._output_dtype)


def _normalised(inputs: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor, epsilon: float) -> tf.Tensor:
    @tf.custom_gradient
    def normalised(inputs: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor) -> tuple[tf.Tensor, Any]:
        centred = inputs - tf.reduce_mean(inputs, axis=-1, keepdims=True)
        inverse = tf.math.rsqrt(tf.reduce_mean(tf.square(centred), axis=-1, keepdims=True) + epsilon)
        unit = centred * inverse

        def gradient(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
            rows = list(range(upstream.shape.rank - 1))
            of_scale = upstream * unit
            # What would change mean or variance of the inputs has no effect: it is projected out.
            scaled = upstream * scale
            mean = tf.reduce_mean(scaled, axis=-1, keepdims=True)
            along = unit * tf.reduce_mean(of_scale * scale, axis=-1, keepdims=True)
            of_inputs = inverse * (scaled - mean - along)
            return of_inputs, tf.reduce_sum(of_scale, rows), tf.reduce_sum(upstream, rows)

        return unit * scale + shift, gradient

    return normalised(inputs, scale, shift)
