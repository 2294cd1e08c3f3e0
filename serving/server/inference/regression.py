"""Regression signatures: what they must look like, and what their outputs say."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from google.protobuf import text_format
from tensorflow_serving.apis import regression_pb2

from serving.server.serving_error import Code, ServingError, invalid_argument

_INPUTS, _OUTPUTS = "inputs", "outputs"


def regression_tensors(signature: Any) -> tuple[str, list[str]]:
    """The graph's names of the input and the output of a regression signature.

    Raises:
        ServingError: It is none.
    """
    if len(signature.inputs) != 1:
        raise invalid_argument("Expected one input Tensor.")
    if len(signature.outputs) != 1:
        raise invalid_argument("Expected one output Tensor.")
    for kind, tensors, alias in (("inputs", signature.inputs, _INPUTS), ("outputs", signature.outputs, _OUTPUTS)):
        if alias not in tensors:
            shown = text_format.MessageToString(signature)
            raise ServingError(Code.FAILED_PRECONDITION, f"No regression {kind} found in SignatureDef: {shown}")
    return signature.inputs[_INPUTS].name, [signature.outputs[_OUTPUTS].name]


def regression_result(signature: Any, arrays: Mapping[str, np.ndarray], num_examples: int) -> Any:
    """Reads the output of a regression signature.

    Args:
        signature: The SignatureDef.
        arrays: The output by the graph's name of it.
        num_examples: How many examples there were.

    Returns:
        The RegressionResult.

    Raises:
        ServingError: It is of another type or shape.
    """
    array = arrays[signature.outputs[_OUTPUTS].name]
    if not (array.ndim == 1 or (array.ndim == 2 and array.shape[1] == 1)):
        shape = "[" + ",".join(map(str, array.shape)) + "]"
        raise invalid_argument(
            f"Expected output Tensor shape to be either [batch_size] or [batch_size, 1] but got {shape}"
        )
    if len(array) != num_examples:
        raise invalid_argument(f"Input batch size did not match output batch size: {num_examples} vs. {len(array)}")
    if array.dtype != np.float32:
        raise invalid_argument(f"Expected output Tensor of DT_FLOAT.  Got: {array.dtype}")
    result = regression_pb2.RegressionResult()
    for value in array.reshape(-1).tolist():
        result.regressions.add(value=value)
    return result
