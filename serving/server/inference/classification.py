"""Classification signatures: what they must look like, and what their outputs say."""

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
from google.protobuf import text_format
from tensorflow_serving.apis import classification_pb2

from serving.server.serving_error import Code, ServingError, invalid_argument

_INPUTS, _CLASSES, _SCORES = "inputs", "classes", "scores"


def classification_tensors(signature: Any) -> tuple[str, list[str]]:
    """The graph's names of the input and the outputs of a classification signature.

    The signature's method name is not looked at, so that signatures that TensorFlow 2 wrote can be used.

    Raises:
        ServingError: It is none.
    """
    if len(signature.inputs) != 1:
        raise invalid_argument("Expected one input Tensor.")
    if len(signature.outputs) not in (1, 2):
        raise invalid_argument(f"Expected one or two output Tensors, found {len(signature.outputs)}")
    if _INPUTS not in signature.inputs:
        shown = text_format.MessageToString(signature)
        raise ServingError(Code.FAILED_PRECONDITION, f"No classification inputs found in SignatureDef: {shown}")
    outputs = [alias for alias in (_CLASSES, _SCORES) if alias in signature.outputs]
    if not outputs:
        raise ServingError(
            Code.FAILED_PRECONDITION,
            'Expected classification signature outputs to contain at least one of "classes" or "scores". Signature '
            f"was: {text_format.MessageToString(signature)}",
        )
    return signature.inputs[_INPUTS].name, [signature.outputs[alias].name for alias in outputs]


def classification_result(signature: Any, arrays: Mapping[str, np.ndarray], num_examples: int) -> Any:
    """Reads the outputs of a classification signature.

    Args:
        signature: The SignatureDef.
        arrays: The outputs by the graph's names of them.
        num_examples: How many examples there were.

    Returns:
        The ClassificationResult; labels are empty where the model gives no classes.

    Raises:
        ServingError: They are of another type or shape.
    """
    classes = _matrix(signature, arrays, _CLASSES, np.object_, num_examples)
    scores = _matrix(signature, arrays, _SCORES, np.float32, num_examples)
    if classes is not None and scores is not None and classes.shape[1] != scores.shape[1]:
        raise invalid_argument(
            f"Tensors class and score should match in dim_size(1). Got {classes.shape[1]} vs. {scores.shape[1]}"
        )
    result = classification_pb2.ClassificationResult()
    for row in range(num_examples):
        labels = [] if classes is None else [label.decode("utf-8", errors="replace") for label in classes[row]]
        values = [] if scores is None else scores[row].tolist()
        pairs = itertools.zip_longest(labels, values)
        result.classifications.add().classes.extend(
            classification_pb2.Class(label=label, score=score) for label, score in pairs
        )
    return result


def _matrix(
    signature: Any, arrays: Mapping[str, np.ndarray], alias: str, dtype: type, num_examples: int
) -> np.ndarray | None:
    if alias not in signature.outputs:
        return None
    array = arrays[signature.outputs[alias].name]
    if array.ndim != 2:
        shape = "[" + ",".join(map(str, array.shape)) + "]"
        raise invalid_argument(f"Expected Tensor shape: [batch_size num_classes] but got {shape}")
    if array.dtype != dtype:
        expected = "DT_STRING" if dtype is np.object_ else "DT_FLOAT"
        raise invalid_argument(f"Expected {alias} Tensor of {expected}. Got: {array.dtype}")
    if len(array) != num_examples:
        raise invalid_argument(f"Expected {alias} output batch size of {num_examples}. Got: {len(array)}")
    return array
