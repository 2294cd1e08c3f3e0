"""An embedding that casts the rows it finds, and not the table that it looks into."""

from typing import Any

import keras
import tensorflow as tf
from typing_extensions import override


class LeanEmbedding(keras.layers.Layer):
    """Looks up what a `keras.layers.Embedding` does.

    In bfloat16, Keras casts the whole table at every step, which is half of a small BERT's weights: the layer itself
    would not, but the model around it has all variables cast that its layers read.
    """

    def __init__(self, embedding: keras.layers.Embedding) -> None:
        """Takes over a layer's table."""
        super().__init__(name=embedding.name, dtype="float32")
        self._embedding = embedding

    @override
    def call(self, inputs: Any) -> Any:
        """Rows, float [..., width], of ids, int [...]."""
        return tf.cast(
            tf.gather(tf.convert_to_tensor(self._embedding.embeddings), inputs), self._embedding.compute_dtype
        )

    @override
    def compute_output_spec(self, inputs: Any) -> keras.KerasTensor:
        return keras.KerasTensor((*inputs.shape, self._embedding.output_dim), dtype=self._embedding.compute_dtype)
