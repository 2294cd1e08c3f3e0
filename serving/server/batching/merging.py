"""One batch from the tensors of several requests, and their answers from its outputs."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from serving.server.batching.batching_parameters import BatchingParameters
from serving.server.serving_error import Code, ServingError, invalid_argument

Tensors = Mapping[str, np.ndarray]


def fits(array: np.ndarray, info: Any) -> bool:
    """Whether a tensor is of the type and the shape that a signature's TensorInfo asks for."""
    if array.dtype != tf.dtypes.as_dtype(info.dtype).as_numpy_dtype:
        return False
    if info.tensor_shape.unknown_rank:
        return True
    sizes = [dimension.size for dimension in info.tensor_shape.dim]
    return len(sizes) == array.ndim and all(size in (-1, found) for size, found in zip(sizes, array.shape, strict=True))


def num_rows(feeds: Tensors) -> int:
    """How many rows a request has.

    Args:
        feeds: Its tensors by name.

    Raises:
        ServingError: They have no rows, or not equally many.
    """
    arrays = list(feeds.values())
    if any(not array.ndim for array in arrays):
        raise invalid_argument("Batching Run() input tensors must have at least one dimension")
    if len({len(array) for array in arrays}) != 1:
        raise invalid_argument("Batching Run() input tensors must have equal 0th-dimension size")
    return len(arrays[0])


def merged(requests: Sequence[Tensors], parameters: BatchingParameters) -> dict[str, np.ndarray]:
    """Joins the rows of requests, and fills them up to an allowed batch size with the first row of the last request.

    Args:
        requests: Tensors by name; all have the same names.
        parameters: How to fill up.

    Returns:
        Tensors by name.

    Raises:
        ServingError: Their shapes differ and must not be filled up.
    """
    total = sum(len(next(iter(request.values()))) for request in requests)
    num_fillers = parameters.padded_size(total) - total
    batch: dict[str, np.ndarray] = {}
    for name in requests[0]:
        arrays = [request[name] for request in requests]
        if len({array.shape[1:] for array in arrays}) > 1:
            arrays = _of_one_shape(name, arrays, parameters.pad_variable_length_inputs)
        batch[name] = np.concatenate([*arrays, *[arrays[-1][:1]] * num_fillers])
    return batch


def split(outputs: Sequence[np.ndarray], sizes: Sequence[int], batch_size: int) -> list[list[np.ndarray]]:
    """Cuts the outputs of a batch into those of its requests.

    Args:
        outputs: Tensors of the batch.
        sizes: How many rows each request has.
        batch_size: How many rows the batch has, those that fill it up included.

    Raises:
        ServingError: The model does not give a row for each row.
    """
    for array in outputs:
        if not array.ndim:
            raise ServingError(Code.FAILED_PRECONDITION, "Batched output tensor has 0 dimensions")
        if len(array) != batch_size:
            raise ServingError(
                Code.FAILED_PRECONDITION,
                "Batched output tensor's 0th dimension does not equal the sum of the 0th dimension sizes of the input "
                "tensors",
            )
    ends = np.cumsum(sizes)
    return [[array[end - size : end] for array in outputs] for end, size in zip(ends, sizes, strict=True)]


def _of_one_shape(name: str, arrays: Sequence[np.ndarray], may_pad: bool) -> list[np.ndarray]:
    if not may_pad or len({array.ndim for array in arrays}) > 1:
        raise ServingError(
            Code.FAILED_PRECONDITION,
            f"Tensors with name '{name}' from different tasks have different shapes and padding is turned off."
            "Set pad_variable_length_inputs to true, or ensure that all tensors with the same name"
            "have equal dimensions starting with the first dim.",
        )
    shape = np.max([array.shape[1:] for array in arrays], axis=0)
    return [_padded(array, (len(array), *shape)) for array in arrays]


def _padded(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    # The first element is what the stock server fills up with too; a tensor without any has nothing better than zero.
    filler = array.flat[0] if array.size else b"" if array.dtype.hasobject else 0
    padded = np.full(shape, filler, array.dtype)
    padded[tuple(map(slice, array.shape))] = array
    return padded
