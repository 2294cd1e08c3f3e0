"""Replaces the layers of a network by lean ones that hold the same variables."""

from typing import Any

import keras
from keras.src.models import Functional

from models.lean.dropout import LeanDropout
from models.lean.embedding import LeanEmbedding
from models.lean.encoder import LeanEncoder
from models.lean.layer_normalization import LeanLayerNormalization


def lean_network(network: keras.Model, is_final: bool = False) -> keras.Model:
    """Rebuilds a network on its own layers, with lean ones in place of those that cost most.

    Args:
        network: Any; what is trained afterwards is in its variables, too, for they are not copied.
        is_final: Whether its weights do not change any more, so that some can be copied into the form that is read.

    Returns:
        A network of the same inputs, outputs and variables. `network` itself, where it was not built with Keras'
        functional API: what it computes is known to its own code alone.
    """
    if not isinstance(network, Functional):
        return network
    # A layer that is passed several times, such as an ALBERT's, is one layer here, too.
    lean: dict[int, Any] = {}

    def replaced(layer: keras.Layer) -> keras.Layer:
        if id(layer) not in lean:
            lean[id(layer)] = _lean(layer, is_final)
        return lean[id(layer)]

    return keras.models.clone_model(network, clone_function=replaced)


def _lean(layer: keras.Layer, is_final: bool) -> keras.Layer:
    import keras_hub

    if isinstance(layer, keras.Model):
        return lean_network(layer, is_final)
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
