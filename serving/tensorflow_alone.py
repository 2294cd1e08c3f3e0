"""TensorFlow for those who need no more of it than to run graphs."""

import os
import sys


def import_tensorflow_alone() -> None:
    """Imports TensorFlow without Keras, which it would import too: half of the time, for nothing that a graph uses.

    Whoever wants Keras later on imports it as ever. Where it is imported already, nothing is gained or lost.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    # Which one it is, a variable tells that tensorflow-transform sets for all children of a process that imports it.
    blocked = [name for name in ("keras", "tf_keras") if name not in sys.modules]
    sys.modules.update(dict.fromkeys(blocked))  # type: ignore[arg-type]
    try:
        import tensorflow as tf
    finally:
        for name in blocked:
            del sys.modules[name]
    tf.get_logger().setLevel("ERROR")
