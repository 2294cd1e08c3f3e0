"""The op libraries of tensorflow-text, which models with a tokeniser in their graph need."""

import importlib.util
import pathlib
from typing import Any

import tensorflow as tf
from tensorflow.python.framework import op_def_registry


def load_op_libraries(saved_model: Any) -> None:
    """Registers tensorflow-text's ops where a model needs any that TensorFlow itself does not have.

    The libraries alone are loaded: importing the Python package would import Keras and cost seconds.

    Args:
        saved_model: A SavedModel proto.
    """
    if any(op_def_registry.get(name) is None for name in _op_names(saved_model)):
        for library in _text_op_libraries():
            tf.load_op_library(str(library))


def _op_names(saved_model: Any) -> set[str]:
    names: set[str] = set()
    for meta_graph in saved_model.meta_graphs:
        functions = meta_graph.graph_def.library.function
        names.update(node.op for node in meta_graph.graph_def.node)
        names.update(node.op for function in functions for node in function.node_def)
        # A function can be called as if it were an op.
        names.difference_update(function.signature.name for function in functions)
    return names


def _text_op_libraries() -> list[pathlib.Path]:
    spec = importlib.util.find_spec("tensorflow_text")
    if spec is None or not spec.submodule_search_locations:
        return []
    return sorted(pathlib.Path(spec.submodule_search_locations[0], "python", "ops").glob("*.so"))
