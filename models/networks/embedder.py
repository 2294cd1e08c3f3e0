"""The embedding head: one unit vector for each row, pooled over its pieces; it has no weights of its own."""

from typing import Any, Literal

import keras

Pooling = Literal["mean", "cls", "max"]


def build_embedder(backbone: keras.Model, pooling: Pooling) -> keras.Model:
    """Pools a backbone's outputs to unit vectors, as sentence-transformers does (Reimers and Gurevych 2019, section 3).

    Args:
        backbone: A KerasHub BertBackbone; inputs int32 [batch, length], `sequence_output` float [batch, length, width].
        pooling: The mean or the largest value over the pieces of a row, special tokens included; or that of `[CLS]`.

    Returns:
        A model of the backbone's inputs with output float32 [batch, width], each row of length 1. Layers that its
        output does not depend on, such as BERT's own pooler, are not part of it.
    """
    sequence, padding_mask = backbone.output["sequence_output"], backbone.input["padding_mask"]
    if pooling == "cls":
        # Said here and not in the layer alone: what nobody reads need not be computed.
        sequence, padding_mask = sequence[:, :1], padding_mask[:, :1]
    pooled = PooledUnitVector(pooling, dtype="float32", name="embedding")(sequence, padding_mask)
    return keras.Model(backbone.input, pooled, name="embedder")


class PooledUnitVector(keras.layers.Layer):
    """Pools over the pieces that are no padding, and scales to length 1; a row of padding alone gives zeros."""

    def __init__(self, pooling: Pooling, **settings: Any) -> None:
        """Sets what becomes of the pieces.

        Args:
            pooling: As `build_embedder` takes it.
            **settings: Keras' own. In bfloat16, vectors of like texts would be equal.
        """
        super().__init__(**settings)
        self._pooling = pooling

    def call(self, sequence: Any, padding_mask: Any) -> Any:
        """Pools float [batch, length, width] by int [batch, length] to float [batch, width]."""
        ops = keras.ops
        is_piece = ops.expand_dims(ops.cast(padding_mask, "bool"), -1)
        if self._pooling == "cls":
            pooled = ops.where(is_piece[:, 0], sequence[:, 0], 0.0)
        elif self._pooling == "max":
            pooled = ops.max(ops.where(is_piece, sequence, -float("inf")), axis=1)
            pooled = ops.where(ops.any(is_piece, axis=1), pooled, 0.0)
        else:
            # The scaling makes a mean of the sum.
            pooled = ops.sum(ops.where(is_piece, sequence, 0.0), axis=1)
        return ops.normalize(pooled, axis=-1)
