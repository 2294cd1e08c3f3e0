"""Tensors of requests and replies as plain Python values."""

import math
import struct
from collections.abc import Sequence
from typing import Any

from serving.client.errors import ClientError
from serving.client.messages import DATA_TYPES

_NAMES = {number: name for name, number in DATA_TYPES.items()}

# The field of a tensor's values, and how `struct` writes one of them in `tensor_content`.
_FIELDS = {
    "DT_FLOAT": ("float_val", "f"),
    "DT_DOUBLE": ("double_val", "d"),
    "DT_INT32": ("int_val", "i"),
    "DT_UINT8": ("int_val", "B"),
    "DT_INT16": ("int_val", "h"),
    "DT_INT8": ("int_val", "b"),
    "DT_UINT16": ("int_val", "H"),
    "DT_INT64": ("int64_val", "q"),
    "DT_UINT32": ("uint32_val", "I"),
    "DT_UINT64": ("uint64_val", "Q"),
    "DT_BOOL": ("bool_val", "?"),
    "DT_STRING": ("string_val", ""),
    "DT_HALF": ("half_val", "H"),
    "DT_BFLOAT16": ("half_val", "H"),
}


def set_strings(tensor: Any, texts: Sequence[str]) -> None:
    """Makes a `TensorProto` a vector of strings, in UTF-8."""
    tensor.dtype = DATA_TYPES["DT_STRING"]
    tensor.tensor_shape.dim.add(size=len(texts))
    tensor.string_val.extend(text.encode() for text in texts)


def plain_tensor(tensor: Any) -> Any:
    """A `TensorProto` as strings, numbers and lists of them; bytes are UTF-8.

    Raises:
        ClientError: It is of a type that models do not answer with.
    """
    values = _flat_values(tensor)
    shape = [dimension.size for dimension in tensor.tensor_shape.dim]
    # A tensor whose values are all the same from some place on may be sent without these.
    missing = math.prod(shape) - len(values)
    if missing > 0 and values:
        values += values[-1:] * missing
    return _nested(iter(values), shape)


def _flat_values(tensor: Any) -> list[Any]:
    name = _NAMES.get(tensor.dtype, "")
    if name not in _FIELDS:
        raise ClientError(f"the server answers with a tensor of a type that this client does not know: {tensor.dtype}")
    field, code = _FIELDS[name]
    if tensor.tensor_content and code:
        count = len(tensor.tensor_content) // struct.calcsize(f"<{code}")
        values = list(struct.unpack(f"<{count}{code}", tensor.tensor_content))
    else:
        values = list(getattr(tensor, field))
    if name == "DT_STRING":
        return [value.decode("utf-8", errors="replace") for value in values]
    if name == "DT_HALF":
        return [struct.unpack("<e", struct.pack("<H", value))[0] for value in values]
    if name == "DT_BFLOAT16":
        # The upper half of a float32.
        return [struct.unpack("<f", struct.pack("<I", value << 16))[0] for value in values]
    return values


def _nested(values: Any, shape: Sequence[int]) -> Any:
    if not shape:
        return next(values, None)
    if len(shape) == 1:
        return [next(values) for _ in range(shape[0])]
    return [_nested(values, shape[1:]) for _ in range(shape[0])]
