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

    def __init__(self, encoder: keras.Layer, is_final: bool) -> None:
        """Takes over a built layer.

        Args:
            encoder: KerasHub's, which normalises after each part.
            is_final: Whether its weights do not change any more: it then reads copies of some.
        """
        super().__init__(name=encoder.name, dtype=encoder.dtype_policy)
        self.supports_masking = True
        self.encoder = encoder
        attention = encoder._self_attention_layer
        self._attention_dropout = LeanDropout(attention._dropout_layer)
        self._after_attention = LeanDropout(encoder._self_attention_dropout)
        self._after_feedforward = LeanDropout(encoder._feedforward_dropout)
        self._attention_norm = LeanLayerNormalization(encoder._self_attention_layer_norm, self.compute_dtype)
        self._feedforward_norm = LeanLayerNormalization(encoder._feedforward_layer_norm, self.compute_dtype)
        self._final_matrices = (
            [tuple(self._final(part) for part in pair) for pair in self._matrices()] if is_final else None
        )
        self.built = True

    @override
    def call(self, inputs: Any, padding_mask: Any, training: bool = False, first_only: bool = False) -> Any:
        """Encodes sequences.

        Args:
            inputs: Float [batch, length, width].
            padding_mask: Int [batch, length], 0 where nothing attends to.
            training: Whether to drop out.
            first_only: Whether to encode the first position alone, which attends to all.

        Returns:
            Like the inputs; of length 1 where `first_only`.
        """
        shape = tf.shape(inputs)
        projection, output, first, second = self._final_matrices or self._matrices()
        rows = tf.reshape(inputs, [-1, inputs.shape[-1]])
        query, key, value = self._split(_dense(rows, *projection), shape)
        if first_only:
            query, rows, shape = query[:, :, :1], inputs[:, 0], [shape[0], 1, shape[2]]
        attended = _dense(self._attended(query, key, value, padding_mask, training), *output)
        rows = self._attention_norm(self._after_attention(attended, training=training) + rows)
        fed_forward = _dense(self._activated(_dense(rows, *first), training), *second)
        rows = self._feedforward_norm(self._after_feedforward(fed_forward, training=training) + rows)
        return tf.reshape(rows, shape)

    def _matrices(self) -> list[tuple[Any, Any]]:
        """Kernel, [inputs, outputs], and bias of each product: projection, attention's output, feed-forward's two."""
        encoder, attention = self.encoder, self.encoder._self_attention_layer
        queries_keys_values = (attention._query_dense, attention._key_dense, attention._value_dense)
        kernels = [tf.reshape(layer.kernel, [layer.kernel.shape[0], -1]) for layer in queries_keys_values]
        biases = [tf.reshape(layer.bias, [-1]) for layer in queries_keys_values]
        for parts in (kernels, biases):
            parts[0] *= 1 / math.sqrt(attention.key_dim)
        output = attention._output_dense
        feedforward = (encoder._feedforward_intermediate_dense, encoder._feedforward_output_dense)
        return [
            (tf.concat(kernels, 1), tf.concat(biases, 0)),
            (tf.reshape(output.kernel, [-1, output.kernel.shape[-1]]), output.bias),
            *((layer.kernel, layer.bias) for layer in feedforward),
        ]

    def _final(self, part: Any) -> Any:
        """What is read in its place once weights do not change: joining and casting take longer than short products."""
        if self.compute_dtype == "float32":
            return keras.Variable(part, trainable=False)
        # oneDNN keeps a constant in a layout of its own. In float32 this makes single long texts a third slower.
        return tf.cast(part, self.compute_dtype)

    def _split(self, rows: tf.Tensor, shape: tf.Tensor) -> list[tf.Tensor]:
        """Queries, which are scaled, keys and values: [batch, heads, length, width of a head] each."""
        heads = self.encoder.num_heads
        parts = tf.reshape(rows, [shape[0], shape[1], 3, heads, rows.shape[-1] // (3 * heads)])
        return tf.unstack(self._transposed(parts, [2, 0, 3, 1, 4]), axis=0)

    def _attended(
        self, query: tf.Tensor, key: tf.Tensor, value: tf.Tensor, padding_mask: tf.Tensor, training: bool
    ) -> tf.Tensor:
        """Values by the attention of each head, [batch * length, width]."""
        scores = tf.matmul(query, key, transpose_b=True)
        # A softmax gives it exactly 0, and no score that is added to it overflows.
        bias = (1 - tf.cast(padding_mask, scores.dtype)) * tf.constant(scores.dtype.min / 2, scores.dtype)
        shares = tf.nn.softmax(scores + bias[:, tf.newaxis, tf.newaxis, :])
        shares = self._attention_dropout(shares, training=training)
        heads, width = value.shape[1], value.shape[-1]
        return tf.reshape(self._transposed(tf.matmul(shares, value), [0, 2, 1, 3]), [-1, heads * width])

    def _transposed(self, tensor: tf.Tensor, order: list[int]) -> tf.Tensor:
        if self._final_matrices is None:
            return tf.transpose(tensor, order)
        # oneDNN makes ready for longer than it takes to transpose a short text; it does not for integers.
        bits = tf.int32 if tensor.dtype.size == 4 else tf.int16
        return tf.bitcast(tf.transpose(tf.bitcast(tensor, bits), order), tensor.dtype)

    def _activated(self, inner: tf.Tensor, training: bool) -> tf.Tensor:
        activation = self.encoder.activation
        # TensorFlow's own form, which it fuses with the product before it, has the costlier gradient.
        is_approximate_gelu = getattr(activation, "__name__", "") == "gelu_approximate"
        return approximate_gelu(inner) if training and is_approximate_gelu else activation(inner)

    @override
    def compute_output_spec(self, inputs: Any, *_: Any, first_only: bool = False, **__: Any) -> keras.KerasTensor:
        batch, length, width = inputs.shape
        return keras.KerasTensor((batch, 1 if first_only else length, width), dtype=self.compute_dtype)


def _dense(rows: tf.Tensor, kernel: Any, bias: Any) -> tf.Tensor:
    return tf.nn.bias_add(tf.matmul(rows, tf.cast(kernel, rows.dtype)), tf.cast(bias, rows.dtype))
