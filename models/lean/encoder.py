"""A transformer layer of matrix products of two dimensions, on the variables of KerasHub's."""

import math
from typing import Any

import keras
import tensorflow as tf
from typing_extensions import override

from models.lean.dropout import LeanDropout
from models.lean.gelu import approximate_gelu
from models.lean.layer_normalization import LeanLayerNormalization


class LeanEncoder(keras.layers.Layer):
    """Computes what a `keras_hub.layers.TransformerEncoder` does, which keeps its variables.

    Keras' attention projects by `einsum`, which TensorFlow turns into batches of small products, and needs three for
    query, key and value; here all rows of a batch are one matrix, and these three one product.
    """

    def __init__(self, encoder: keras.Layer) -> None:
        """Takes over a built KerasHub layer that normalises after each part."""
        super().__init__(name=encoder.name, dtype=encoder.dtype_policy)
        self.supports_masking = True
        self.encoder = encoder
        attention = encoder._self_attention_layer
        self._attention_dropout = LeanDropout(attention._dropout_layer)
        self._after_attention = LeanDropout(encoder._self_attention_dropout)
        self._after_feedforward = LeanDropout(encoder._feedforward_dropout)
        self._attention_norm = LeanLayerNormalization(encoder._self_attention_layer_norm, self.compute_dtype)
        self._feedforward_norm = LeanLayerNormalization(encoder._feedforward_layer_norm, self.compute_dtype)
        self.built = True

    @override
    def call(self, inputs: Any, padding_mask: Any, training: bool = False) -> Any:
        """Encodes sequences.

        Args:
            inputs: Float [batch, length, width].
            padding_mask: Int [batch, length], 0 where nothing attends to.
            training: Whether to drop out.

        Returns:
            Like the inputs.
        """
        shape = tf.shape(inputs)
        rows = tf.reshape(inputs, [-1, inputs.shape[-1]])
        rows = self._after_attention(self._attended(rows, shape, padding_mask, training), training=training) + rows
        rows = self._attention_norm(rows)
        rows = self._after_feedforward(self._fed_forward(rows, training), training=training) + rows
        return tf.reshape(self._feedforward_norm(rows), shape)

    def _attended(self, rows: tf.Tensor, shape: tf.Tensor, padding_mask: tf.Tensor, training: bool) -> tf.Tensor:
        """Multi-head attention of rows, [batch * length, width]."""
        query, key, value = self._projected(rows, shape)
        scores = tf.matmul(query, key, transpose_b=True)
        # A softmax gives it exactly 0, and no score that is added to it overflows.
        bias = (1 - tf.cast(padding_mask, scores.dtype)) * tf.constant(scores.dtype.min / 2, scores.dtype)
        shares = tf.nn.softmax(scores + bias[:, tf.newaxis, tf.newaxis, :])
        shares = self._attention_dropout(shares, training=training)
        mixed = tf.reshape(tf.transpose(tf.matmul(shares, value), [0, 2, 1, 3]), [-1, rows.shape[-1]])
        output = self.encoder._self_attention_layer._output_dense
        return _dense(mixed, tf.reshape(output.kernel, [-1, rows.shape[-1]]), output.bias)

    def _projected(self, rows: tf.Tensor, shape: tf.Tensor) -> list[tf.Tensor]:
        """Queries, which are scaled, keys and values: [batch, heads, length, width of a head] each."""
        attention, heads, width = self.encoder._self_attention_layer, self.encoder.num_heads, rows.shape[-1]
        layers = (attention._query_dense, attention._key_dense, attention._value_dense)
        scales = (1 / math.sqrt(width // heads), 1.0, 1.0)
        kernel = tf.concat(
            [tf.reshape(layer.kernel, [width, width]) * scale for layer, scale in zip(layers, scales, strict=True)], 1
        )
        bias = tf.concat(
            [tf.reshape(layer.bias, [width]) * scale for layer, scale in zip(layers, scales, strict=True)], 0
        )
        projected = tf.reshape(_dense(rows, kernel, bias), [shape[0], shape[1], 3, heads, width // heads])
        return tf.unstack(tf.transpose(projected, [2, 0, 3, 1, 4]), axis=0)

    def _fed_forward(self, rows: tf.Tensor, training: bool) -> tf.Tensor:
        first, second = self.encoder._feedforward_intermediate_dense, self.encoder._feedforward_output_dense
        inner = _dense(rows, first.kernel, first.bias)
        return _dense(self._activated(inner, training), second.kernel, second.bias)

    def _activated(self, inner: tf.Tensor, training: bool) -> tf.Tensor:
        activation = self.encoder.activation
        # TensorFlow's own form, which it fuses with the product before it, has the costlier gradient.
        is_approximate_gelu = getattr(activation, "__name__", "") == "gelu_approximate"
        return approximate_gelu(inner) if training and is_approximate_gelu else activation(inner)

    @override
    def compute_output_shape(self, inputs_shape: Any, **_: Any) -> Any:
        return inputs_shape


def _dense(rows: tf.Tensor, kernel: Any, bias: Any) -> tf.Tensor:
    return tf.nn.bias_add(tf.matmul(rows, tf.cast(kernel, rows.dtype)), tf.cast(bias, rows.dtype))
