"""Loads a SavedModel into a session."""

import pathlib

import tensorflow as tf
from tensorflow.python.saved_model import loader_impl

from serving.op_libraries import load_op_libraries
from serving.server.batching.tensorflow_batcher import TensorFlowBatcher
from serving.server.engine.servable import Servable
from serving.server.serving_error import Code, ServingError

_SERVING_TAG = "serve"


def load_servable(name: str, version: int, folder: pathlib.Path, batcher: TensorFlowBatcher | None = None) -> Servable:
    """Loads the graph for serving of any SavedModel, of TensorFlow 1 or 2.

    Args:
        name: The model's name.
        version: Its version.
        folder: The SavedModel.
        batcher: Decides which requests run together; None runs each by itself.

    Raises:
        ServingError: It cannot be loaded.
    """
    _check(folder)
    # GPU memory is taken as it is needed: a developer's machine has other uses for it.
    config = tf.compat.v1.ConfigProto(gpu_options=tf.compat.v1.GPUOptions(allow_growth=True))
    session = tf.compat.v1.Session(graph=tf.Graph(), config=config)
    try:
        with session.graph.as_default():
            meta_graph = tf.compat.v1.saved_model.load(session, [_SERVING_TAG], str(folder))
    except tf.errors.OpError as error:
        session.close()
        raise ServingError(Code(error.error_code), error.message) from error
    except Exception as error:
        session.close()
        # Damaged files make TensorFlow raise nearly anything.
        raise ServingError(Code.INTERNAL, f"{type(error).__name__}: {error}") from error
    return Servable(name, version, session, dict(meta_graph.signature_def), batcher)


def _check(folder: pathlib.Path) -> None:
    if not any((folder / name).is_file() for name in ("saved_model.pb", "saved_model.pbtxt")):
        message = f"Could not find SavedModel .pb or .pbtxt at supplied export directory path: {folder}"
        raise ServingError(Code.NOT_FOUND, message)
    try:
        saved_model = loader_impl.parse_saved_model(str(folder))
    except OSError as error:
        raise ServingError(Code.DATA_LOSS, str(error)) from error
    if not any(list(graph.meta_info_def.tags) == [_SERVING_TAG] for graph in saved_model.meta_graphs):
        message = f"Could not find meta graph def matching supplied tags: {{ {_SERVING_TAG} }}"
        raise ServingError(Code.NOT_FOUND, message)
    load_op_libraries(saved_model)
