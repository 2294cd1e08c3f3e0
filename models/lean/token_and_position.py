"""KerasHub's embedding of tokens and positions on a lean embedding of the tokens."""

from typing import Any

import keras
from typing_extensions import override


class LeanTokenAndPosition(keras.layers.Layer):
    """Computes what a `keras_hub.layers.TokenAndPositionEmbedding` does, from position 0 on."""

    def __init__(self, embedding: keras.layers.Layer, tokens: keras.layers.Layer) -> None:
        """Takes over a layer's positions.

        Args:
            embedding: Built.
            tokens: What looks tokens up in its place.
        """
        super().__init__(name=embedding.name, dtype=embedding.dtype_policy)
        self.token_embedding, self.position_embedding = tokens, embedding.position_embedding
        self.built = True

    @override
    def call(self, inputs: Any) -> Any:
        """Sums, float [..., length, width], of ids, int [..., length]."""
        tokens = self.token_embedding(inputs)
        return tokens + self.position_embedding(tokens)
