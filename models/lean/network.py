"""Replaces the layers of a network by lean ones that hold the same variables."""

from typing import Any

import keras
from keras.src.models import Functional

from models.lean.dropout import LeanDropout
from models.lean.embedding import LeanEmbedding
from models.lean.encoder import LeanEncoder
from models.lean.layer_normalization import LeanLayerNormalization
from models.lean.reads import Read, Reads


def lean_network(network: keras.Model, is_final: bool = False) -> keras.Model:
    """Rebuilds a network on its own layers, with lean ones in place of those that cost most.

    Where only the first position of what the last encoder layer gives is read, as heads of classification do, that
    layer encodes no other.

    Args:
        network: Any; what is trained afterwards is in its variables, too, for they are not copied.
        is_final: Whether its weights do not change any more, so that some can be copied into the form that is read.

    Returns:
        A network of the same inputs, outputs and variables. `network` itself, where it was not built with Keras'
        functional API: what it computes is known to its own code alone.
    """
    return _rebuilt(network, Reads(network), is_final) if isinstance(network, Functional) else network


def _rebuilt(network: Functional, reads: Reads, is_final: bool) -> keras.Model:
    # A layer that is called several times, such as an ALBERT's, is one layer here, too.
    calls_left: dict[int, list[list[Read]]] = {}

    def replaced(layer: keras.Layer) -> keras.Layer:
        lean = _lean(layer, reads.of_calls(layer), is_final)
        calls_left[id(lean)] = reads.of_calls(layer)
        return lean

    def called(layer: keras.Layer, *values: Any, **named: Any) -> Any:
        """Calls a lean layer, as Keras does once for each call of the layer in its place, in their order."""
        read, *_ = calls_left[id(layer)].pop(0)
        if isinstance(layer, LeanEncoder) and read is not Read.ALL:
            named["first_only"] = True
        return layer(*values, **named)

    return keras.models.clone_model(network, clone_function=replaced, call_function=called)


def _lean(layer: keras.Layer, read_of_calls: list[list[Read]], is_final: bool) -> keras.Layer:
    import keras_hub

    if isinstance(layer, Functional):
        # Of each output, what the call reads that reads most.
        return _rebuilt(layer, Reads(layer, [max(reads) for reads in zip(*read_of_calls, strict=True)]), is_final)
    if isinstance(layer, keras_hub.layers.TransformerEncoder) and not layer.normalize_first:
        return LeanEncoder(layer, is_final)
    if isinstance(layer, keras.layers.Embedding):
        return LeanEmbedding(layer)
    # Exactly these: what others make of them is not known.
    if type(layer) is keras.layers.Dropout and layer.noise_shape is None:
        return LeanDropout(layer)
    if type(layer) is keras.layers.LayerNormalization and LeanLayerNormalization.can_replace(layer):
        return LeanLayerNormalization(layer, layer.compute_dtype)
    return layer
