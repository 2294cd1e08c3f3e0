"""Replaces the layers of a network by lean ones that hold the same variables."""

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras.src.models import Functional

from models.lean.compact_embedding import CompactEmbedding
from models.lean.dropout import LeanDropout
from models.lean.embedding import LeanEmbedding
from models.lean.encoder import LeanEncoder
from models.lean.layer_normalization import LeanLayerNormalization
from models.lean.reads import Read, Reads
from models.lean.token_and_position import LeanTokenAndPosition

_WORTH_COMPACTING = 0.8
"""Of a table's rows, so many at most may occur for the rest to be left out."""


def lean_network(
    network: keras.Model, is_final: bool = False, pieces: Callable[[], np.ndarray] | None = None
) -> keras.Model:
    """Rebuilds a network on its own layers, with lean ones in place of those that cost most.

    Where only the first position of what the last encoder layer gives is read, as heads of classification do, that
    layer encodes no other.

    Args:
        network: Any; what is trained afterwards is in its variables, too, for they are not copied.
        is_final: Whether its weights do not change any more, so that some can be copied into the form that is read.
        pieces: Gives the ids of the tokens that occur, int, ascending, where no others will: an embedding that is
            trained then has their rows alone, in a variable of its own, and `whole_values` gives the values of all. It
            is not called where that cannot be. By default, any token may occur.

    Returns:
        A network of the same inputs, outputs and variables, that one aside. `network` itself, where it was not built
        with Keras' functional API: what it computes is known to its own code alone.
    """
    if not isinstance(network, Functional):
        return network
    return _Rebuilding(is_final, None if pieces is None else _Pieces(network, pieces)).of(network, Reads(network))


class _Pieces:
    """The tokens that occur, and whether an embedding may forget the others."""

    def __init__(self, network: keras.Model, found: Callable[[], np.ndarray]) -> None:
        import keras_hub

        self._found = found
        layers = network._flatten_layers()
        # Whoever guesses hidden tokens reads all rows.
        self._are_all_read = any(isinstance(layer, keras_hub.layers.MaskedLMHead) for layer in layers)

    @functools.cached_property
    def ids(self) -> np.ndarray:
        return self._found()

    def suffice(self, embedding: keras.layers.Embedding) -> bool:
        return (
            not self._are_all_read
            and embedding.name == "token_embedding"
            and embedding.trainable
            and len(self.ids) <= _WORTH_COMPACTING * embedding.input_dim
        )


@dataclasses.dataclass(frozen=True)
class _Rebuilding:
    """How `lean_network` rebuilds."""

    is_final: bool
    pieces: _Pieces | None

    def of(self, network: Functional, reads: Reads) -> keras.Model:
        # A layer that is called several times, such as an ALBERT's, is one layer here, too.
        calls_left: dict[int, list[list[Read]]] = {}

        def replaced(layer: keras.Layer) -> keras.Layer:
            lean = self._lean(layer, reads.of_calls(layer))
            calls_left[id(lean)] = reads.of_calls(layer)
            return lean

        def called(layer: keras.Layer, *values: Any, **named: Any) -> Any:
            """Calls a lean layer, as Keras does once for each call of the layer in its place, in their order."""
            read, *_ = calls_left[id(layer)].pop(0)
            if isinstance(layer, LeanEncoder) and read is not Read.ALL:
                named["first_only"] = True
            return layer(*values, **named)

        return keras.models.clone_model(network, clone_function=replaced, call_function=called)

    def _lean(self, layer: keras.Layer, read_of_calls: list[list[Read]]) -> keras.Layer:
        import keras_hub

        if isinstance(layer, Functional):
            # Of each output, what the call reads that reads most.
            return self.of(layer, Reads(layer, [max(reads) for reads in zip(*read_of_calls, strict=True)]))
        if isinstance(layer, keras_hub.layers.TransformerEncoder) and not layer.normalize_first:
            return LeanEncoder(layer, self.is_final)
        if isinstance(layer, keras.layers.Embedding):
            return self._lean_embedding(layer)
        # Exactly these: what others make of them is not known.
        if type(layer) is keras_hub.layers.TokenAndPositionEmbedding and not layer.supports_masking:
            return LeanTokenAndPosition(layer, self._lean_embedding(layer.token_embedding))
        if type(layer) is keras.layers.Dropout and layer.noise_shape is None:
            return LeanDropout(layer)
        if type(layer) is keras.layers.LayerNormalization and LeanLayerNormalization.can_replace(layer):
            return LeanLayerNormalization(layer, layer.compute_dtype)
        return layer

    def _lean_embedding(self, embedding: keras.layers.Embedding) -> keras.Layer:
        if self.pieces is not None and self.pieces.suffice(embedding):
            return CompactEmbedding(embedding, self.pieces.ids)
        return LeanEmbedding(embedding)
