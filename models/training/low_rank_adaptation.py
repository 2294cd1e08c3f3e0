"""LoRA (Hu et al. 2021) by Keras' own layers: switched on before training, merged into plain kernels after it."""

from typing import Any

import keras

from models.lean.compact_embedding import whole_values


def add_low_rank_matrices(backbone: keras.Model, rank: int) -> None:
    """Freezes a backbone, and adds trainable matrices to the query and value projections of its attention.

    Args:
        backbone: A KerasHub backbone.
        rank: Of the matrices.
    """
    backbone.enable_lora(rank)


def merged_weights(network: keras.Model) -> list[Any]:
    """A network's weights: compact tables whole, and kernels with what their low-rank matrices add.

    Args:
        network: Trained; its matrices are zero afterwards, where it has any.

    Returns:
        What `set_weights` of the same network without such matrices takes.
    """
    for layer in _adapted_layers(network):
        store: dict[str, Any] = {}
        # Keras merges where it saves a layer.
        layer.save_own_variables(store)
        layer.load_own_variables(store)
    return whole_values(network, plain_weights(network))


def plain_weights(network: keras.Model) -> list[keras.Variable]:
    """A network's weights but for its low-rank matrices, in the order of the same network without them."""
    matrices = {
        id(matrix) for layer in _adapted_layers(network) for matrix in (layer.lora_kernel_a, layer.lora_kernel_b)
    }
    return [weight for weight in network.weights if id(weight) not in matrices]


def _adapted_layers(network: keras.Model) -> list[keras.Layer]:
    return [layer for layer in network._flatten_layers() if getattr(layer, "lora_enabled", False)]
