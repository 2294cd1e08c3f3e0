"""LoRA (Hu et al. 2021) by Keras' own layers: switched on before training, merged into plain kernels after it."""

from typing import Any

import keras


def add_low_rank_matrices(backbone: keras.Model, rank: int) -> None:
    """Freezes a backbone, and adds trainable matrices to the query and value projections of its attention.

    Args:
        backbone: A KerasHub backbone.
        rank: Of the matrices.
    """
    backbone.enable_lora(rank)


def merged_weights(network: keras.Model) -> list[Any]:
    """A network's weights, with what its low-rank matrices add in the kernels that they belong to.

    Args:
        network: Trained; its matrices are zero afterwards, where it has any.

    Returns:
        What `set_weights` of the same network without such matrices takes.
    """
    added: set[int] = set()
    for layer in network._flatten_layers():
        if getattr(layer, "lora_enabled", False):
            store: dict[str, Any] = {}
            # Keras merges where it saves a layer.
            layer.save_own_variables(store)
            layer.load_own_variables(store)
            added |= {id(layer.lora_kernel_a), id(layer.lora_kernel_b)}
    return [weight.numpy() for weight in network.weights if id(weight) not in added]
