"""Frees the memory of a training that is over."""

import gc

import keras
from tensorflow.python.framework import ops

_OF_TRACES = "CustomGradient-"


def free_training() -> None:
    """Forgets all networks of this process, which must not be used any more."""
    keras.backend.clear_session()
    # Each trace of a function under `tf.custom_gradient` is registered for as long as the process lives, and what is
    # registered holds the traced graph, the graph its variables. Only who differentiates such a graph looks it up.
    registered = ops.gradient_registry._registry
    for name in [name for name in registered if name.startswith(_OF_TRACES)]:
        del registered[name]
    gc.collect()
