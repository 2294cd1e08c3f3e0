"""Tensors on the wire: TensorProto to NumPy and back, as the stock server reads and writes them."""

import dataclasses
import math
from typing import Any

import ml_dtypes
import numpy as np
from tensorflow.core.framework import tensor_pb2, types_pb2

# A few bytes can ask for a tensor of any size that one value fills; the stock server would try and run out of memory.
_MAX_FILLED = 2**24


@dataclasses.dataclass(frozen=True)
class _WireType:
    """How elements of a type travel.

    Attributes:
        numpy: The elements in memory.
        field: The field of TensorProto that lists them.
        listed_as: The type of what the field lists, where it is not the elements themselves.
    """

    numpy: np.dtype[Any]
    field: str
    listed_as: np.dtype[Any] | None = None


def _wire_types() -> dict[int, _WireType]:
    bits, single, double = np.dtype(np.uint16), np.dtype(np.float32), np.dtype(np.float64)
    rows = [
        (types_pb2.DT_FLOAT, np.float32, "float_val", None),
        (types_pb2.DT_DOUBLE, np.float64, "double_val", None),
        (types_pb2.DT_INT32, np.int32, "int_val", None),
        (types_pb2.DT_INT16, np.int16, "int_val", np.dtype(np.int32)),
        (types_pb2.DT_INT8, np.int8, "int_val", np.dtype(np.int32)),
        (types_pb2.DT_UINT8, np.uint8, "int_val", np.dtype(np.int32)),
        (types_pb2.DT_UINT16, np.uint16, "int_val", np.dtype(np.int32)),
        (types_pb2.DT_INT64, np.int64, "int64_val", None),
        (types_pb2.DT_UINT32, np.uint32, "uint32_val", None),
        (types_pb2.DT_UINT64, np.uint64, "uint64_val", None),
        (types_pb2.DT_BOOL, np.bool_, "bool_val", None),
        (types_pb2.DT_STRING, np.object_, "string_val", None),
        (types_pb2.DT_HALF, np.float16, "half_val", bits),
        (types_pb2.DT_BFLOAT16, ml_dtypes.bfloat16, "half_val", bits),
        (types_pb2.DT_COMPLEX64, np.complex64, "scomplex_val", single),
        (types_pb2.DT_COMPLEX128, np.complex128, "dcomplex_val", double),
    ]
    return {number: _WireType(np.dtype(numpy), field, listed_as) for number, numpy, field, listed_as in rows}


_WIRE_TYPES = _wire_types()
_NUMBERS = {wire.numpy: number for number, wire in _WIRE_TYPES.items()}


def array_from_proto(proto: Any) -> np.ndarray:
    """Decodes a TensorProto.

    Fewer values than the shape asks for are filled up with the last one (zero where there is none), as the stock server
    does.

    Args:
        proto: A TensorProto.

    Returns:
        The tensor; strings are `bytes` in an array of objects.

    Raises:
        ValueError: The type is not supported, or values and shape do not go together.
    """
    wire = _WIRE_TYPES.get(proto.dtype)
    if wire is None:
        raise ValueError(f"type {proto.dtype} is not supported")
    shape = [dimension.size for dimension in proto.tensor_shape.dim]
    num_elements = math.prod(shape)
    if proto.tensor_shape.unknown_rank or min(shape, default=0) < 0:
        raise ValueError(f"{shape} is not the shape of a tensor")
    if proto.tensor_content:
        if wire.numpy.hasobject or len(proto.tensor_content) != num_elements * wire.numpy.itemsize:
            raise ValueError("tensor_content does not fit the shape")
        return np.frombuffer(proto.tensor_content, wire.numpy).reshape(shape)
    return _filled(_listed(proto, wire), num_elements).reshape(shape)


def _listed(proto: Any, wire: _WireType) -> np.ndarray:
    values = getattr(proto, wire.field)
    if wire.numpy.hasobject:
        array = np.empty(len(values), np.object_)
        array[:] = list(values)
        return array
    listed = np.fromiter(values, wire.listed_as or wire.numpy, len(values))
    if wire.field == "int_val":
        return listed.astype(wire.numpy)
    if wire.listed_as is not None and listed.nbytes % wire.numpy.itemsize:
        raise ValueError("a complex number lacks its imaginary part")
    return listed.view(wire.numpy)


def _filled(listed: np.ndarray, num_elements: int) -> np.ndarray:
    if len(listed) == num_elements:
        return listed
    if len(listed) > num_elements or num_elements > _MAX_FILLED:
        raise ValueError(f"{len(listed)} values are no tensor of {num_elements} elements")
    filler = listed[-1] if len(listed) else b"" if listed.dtype.hasobject else 0
    filled = np.full(num_elements, filler, listed.dtype)
    filled[: len(listed)] = listed
    return filled


def array_to_proto(array: np.ndarray) -> Any:
    """Encodes a tensor with its values listed (`float_val` and its kin), as the stock server's replies have them.

    Args:
        array: The tensor; strings are `bytes`.

    Raises:
        ValueError: The type cannot travel.
    """
    number = _NUMBERS.get(array.dtype)
    if number is None:
        raise ValueError(f"a tensor of type {array.dtype} cannot be sent")
    wire = _WIRE_TYPES[number]
    proto = tensor_pb2.TensorProto(dtype=number)
    proto.tensor_shape.SetInParent()
    for size in array.shape:
        proto.tensor_shape.dim.add(size=size)
    flat = np.ascontiguousarray(array).reshape(-1)
    if wire.listed_as is not None and wire.field != "int_val":
        flat = flat.view(wire.listed_as)
    getattr(proto, wire.field).extend(flat.tolist())
    return proto
