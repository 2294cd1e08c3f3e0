"""tf.Examples of a request, as the graph takes them."""

from typing import Any

import numpy as np

from serving.server.serving_error import invalid_argument


def serialized_examples(examples: Any) -> np.ndarray:
    """The serialized examples of an Input, each after its context if there is one.

    Two protos one after the other are their union, so that the context's features become features of each example.

    Args:
        examples: An Input.

    Returns:
        Strings [num_examples].

    Raises:
        ServingError: There is no example.
    """
    context = b""
    listed = examples.example_list.examples
    if examples.WhichOneof("kind") == "example_list_with_context":
        context = examples.example_list_with_context.context.SerializeToString()
        listed = examples.example_list_with_context.examples
    if not listed:
        raise invalid_argument("Input is empty.")
    serialized = np.empty(len(listed), np.object_)
    serialized[:] = [context + example.SerializeToString() for example in listed]
    return serialized
