"""An embedding that trains the rows that occur, and not the whole table."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from typing_extensions import override


class CompactEmbedding(keras.layers.Layer):
    """Looks up what a `keras.layers.Embedding` does, in a table of those rows that are ever looked up.

    The others have no gradient: AdamW would do no more than decay them, all by the same factor, in a pass over the
    whole table and its moments at each step. Here one more row, of ones, which nobody looks up either, comes to that
    factor.
    """

    def __init__(self, embedding: keras.layers.Embedding, ids: Any) -> None:
        """Takes over some rows.

        Args:
            embedding: Built.
            ids: Which rows, int, each once; to look up another is an error, or gives zeros on a GPU.
        """
        super().__init__(name=embedding.name, dtype="float32")
        self._ids, self._output_dtype, self._width = ids, embedding.compute_dtype, embedding.output_dim
        # In a function: Keras would take what is in an attribute for a part of this layer.
        self._whole_table: Callable[[], np.ndarray] = lambda: embedding.embeddings.numpy()
        table = self._whole_table()
        self._places = np.full(len(table), -1, np.int32)
        self._places[ids] = np.arange(len(ids))
        self.rows = keras.Variable(np.concatenate([table[ids], np.ones_like(table[:1])]), name="embeddings")
        self.built = True

    @override
    def call(self, inputs: Any) -> Any:
        """Rows, float [..., width], of ids, int [...]."""
        places = tf.gather(self._places, inputs)
        return tf.cast(tf.gather(tf.convert_to_tensor(self.rows), places), self._output_dtype)

    @override
    def compute_output_spec(self, inputs: Any) -> keras.KerasTensor:
        return keras.KerasTensor((*inputs.shape, self._width), dtype=self._output_dtype)

    def whole_table(self) -> np.ndarray:
        """What the embedding's table would have become, float32 [ids, width]."""
        rows = self.rows.numpy()
        table: np.ndarray = self._whole_table() * rows[-1]
        table[self._ids] = rows[:-1]
        return table


def whole_values(network: keras.Model, weights: Sequence[keras.Variable]) -> list[np.ndarray]:
    """Values of some of a network's weights, of compact tables those of the whole ones."""
    compact = {id(layer.rows): layer for layer in network._flatten_layers() if isinstance(layer, CompactEmbedding)}
    return [compact[id(weight)].whole_table() if id(weight) in compact else weight.numpy() for weight in weights]
