"""Which JSON values may become elements of a tensor."""

import base64
import binascii
import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
from tensorflow.core.framework import types_pb2

from serving.server.rest.json_document import shown, text_bytes, type_name
from serving.server.serving_error import Code, ServingError, invalid_argument

_BASE64_KEY = "b64"
# Whole numbers up to these have an exact float.
_EXACT = {np.dtype(np.float32): 2**24 - 1, np.dtype(np.float64): 2**53 - 1}


@dataclasses.dataclass(frozen=True)
class JsonType:
    """A tensor's type, as JSON values are read into it.

    Attributes:
        name: TensorFlow's name of the type.
        numpy: The elements.
        read_as: What the values are read as before they become elements.
        element: Gives the element for a value; raises ServingError.
    """

    name: str
    numpy: np.dtype[Any]
    read_as: np.dtype[Any]
    element: Callable[[Any], Any]


def json_type(number: int) -> JsonType | None:
    """The JSON type for a TensorFlow DataType; None where JSON values cannot become it."""
    return _TYPES.get(number)


def unsupported(value: Any, number: int) -> ServingError:
    """The error for a value that ought to become a type that JSON values cannot become."""
    name = types_pb2.DataType.Name(number).removeprefix("DT_").lower()
    return ServingError(Code.UNIMPLEMENTED, f"Conversion of JSON Value: {shown(value)} to type: {name}")


def is_base64(value: Any) -> bool:
    """Whether a value is an object that stands for bytes: `{"b64": "…"}` and nothing else in it."""
    return isinstance(value, dict) and len(value) == 1 and isinstance(value.get(_BASE64_KEY), str)


def base64_bytes(value: Any) -> bytes:
    """The bytes of `{"b64": "…"}`.

    Raises:
        ServingError: It is another object, or no base64.
    """
    if not is_base64(value):
        raise invalid_argument(f"JSON Value: {shown(value)} not formatted correctly for base64 data")
    text = "".join(value[_BASE64_KEY].split())
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise invalid_argument("Unable to base64 decode") from error


def type_error(value: Any, name: str) -> ServingError:
    """The error for a value of another type."""
    return invalid_argument(f"JSON Value: {shown(value)} Type: {type_name(value)} is not of expected type: {name}")


def _float_type(name: str, dtype: type) -> JsonType:
    numpy = np.dtype(dtype)
    largest, exact = float(np.finfo(numpy).max), _EXACT[numpy]

    def element(value: Any) -> float:
        if type(value) not in (int, float):
            raise type_error(value, name)
        is_lossy = abs(value) > exact if isinstance(value, int) else largest < abs(value) < float("inf")
        if is_lossy:
            raise invalid_argument(f"Cannot convert JSON value: {shown(value)} to {name} without loss of precision.")
        return float(value)

    return JsonType(name, numpy, numpy, element)


def _int_type(name: str, dtype: type, read_as: type | None = None) -> JsonType:
    limits = np.iinfo(read_as or dtype)

    def element(value: Any) -> int:
        if type(value) is not int or not limits.min <= value <= limits.max:
            raise type_error(value, name)
        return value

    return JsonType(name, np.dtype(dtype), np.dtype(read_as or dtype), element)


def _bool_element(value: Any) -> bool:
    if not isinstance(value, bool):
        raise type_error(value, "bool")
    return value


def _string_element(value: Any) -> bytes:
    if isinstance(value, dict):
        return base64_bytes(value)
    if not isinstance(value, str):
        raise type_error(value, "string")
    return text_bytes(value)


_TYPES = {
    types_pb2.DT_FLOAT: _float_type("float", np.float32),
    types_pb2.DT_DOUBLE: _float_type("double", np.float64),
    types_pb2.DT_INT32: _int_type("int32", np.int32),
    types_pb2.DT_INT16: _int_type("int16", np.int16, np.int32),
    types_pb2.DT_INT8: _int_type("int8", np.int8, np.int32),
    types_pb2.DT_UINT8: _int_type("uint8", np.uint8, np.int32),
    types_pb2.DT_INT64: _int_type("int64", np.int64),
    types_pb2.DT_UINT32: _int_type("uint32", np.uint32),
    types_pb2.DT_UINT64: _int_type("uint64", np.uint64),
    types_pb2.DT_BOOL: JsonType("bool", np.dtype(np.bool_), np.dtype(np.bool_), _bool_element),
    types_pb2.DT_STRING: JsonType("string", np.dtype(np.object_), np.dtype(np.object_), _string_element),
}
