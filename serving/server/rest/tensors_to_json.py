"""The JSON of a predict response."""

import base64
import json
import math
from collections.abc import Mapping

import numpy as np

from serving.server.rest.decimals import decimals
from serving.server.serving_error import invalid_argument

_BYTES_SUFFIX = "_bytes"
_WHOLE = frozenset(np.dtype(kind) for kind in (np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint32, np.uint64))


def rows_json(tensors: Mapping[str, np.ndarray]) -> str:
    """The response to a request in row format: a list of rows; a single output has no name in them.

    Args:
        tensors: The outputs by name.

    Raises:
        ServingError: They are not a row for each row, or of a type that JSON has no form for.
    """
    num_rows = _num_rows(tensors)
    columns = {name: _nested(name, array, keep=1) for name, array in sorted(tensors.items())}
    if len(columns) == 1:
        rows = next(iter(columns.values()))
        return '{\n    "predictions": [' + ", ".join(rows) + "\n    ]\n}"
    names = {name: json.dumps(name, ensure_ascii=False) for name in columns}
    objects = []
    for row in range(num_rows):
        members = ",\n".join(f"            {names[name]}: {values[row]}" for name, values in columns.items())
        objects.append("        {\n" + members + "\n        }")
    return '{\n    "predictions": [\n' + ",\n".join(objects) + "\n    ]\n}"


def columns_json(tensors: Mapping[str, np.ndarray]) -> str:
    """The response to a request in columnar format: the outputs by name; a single one has no name.

    Args:
        tensors: The outputs by name.

    Raises:
        ServingError: One is of a type that JSON has no form for.
    """
    columns = {name: _nested(name, array, keep=0)[0] for name, array in sorted(tensors.items())}
    if len(columns) == 1:
        return '{\n    "outputs": ' + next(iter(columns.values())) + "\n}"
    members = ",\n".join(f"        {json.dumps(name, ensure_ascii=False)}: {text}" for name, text in columns.items())
    return '{\n    "outputs": {\n' + members + "\n    }\n}"


def _num_rows(tensors: Mapping[str, np.ndarray]) -> int:
    num_rows = 0
    for name, array in sorted(tensors.items()):
        if array.ndim == 0:
            raise invalid_argument(f"Tensor name: {name} has no shape information ")
        if len(array) < 1:
            raise invalid_argument(f"Tensor name: {name} has invalid batch size: {len(array)}")
        if num_rows and len(array) != num_rows:
            raise invalid_argument(
                f"Tensor name: {name} has inconsistent batch size: {len(array)} expecting: {num_rows}"
            )
        num_rows = len(array)
    return num_rows


def _nested(name: str, array: np.ndarray, keep: int) -> list[str]:
    """The texts of a tensor's elements, joined to lists along all dimensions but the first `keep`."""
    texts = _texts(name, array)
    for axis in range(array.ndim - 1, keep - 1, -1):
        size = array.shape[axis]
        starts = range(0, size * math.prod(array.shape[:axis]), size) if size else [0] * math.prod(array.shape[:axis])
        texts = ["[" + ", ".join(texts[start : start + size]) + "]" for start in starts]
    return texts


def _texts(name: str, array: np.ndarray) -> list[str]:
    flat = array.reshape(-1)
    if array.dtype in (np.float32, np.float64):
        return decimals(flat)
    if array.dtype.hasobject and name.endswith(_BYTES_SUFFIX):
        return [f'{{"b64": "{base64.b64encode(value).decode()}"}}' for value in flat]
    if array.dtype.hasobject:
        return [json_text(value) for value in flat]
    if array.dtype == np.bool_:
        return ["true" if value else "false" for value in flat.tolist()]
    if array.dtype in _WHOLE:
        return list(map(str, flat.tolist()))
    raise invalid_argument(f"Failed to write JSON value for tensor type: {array.dtype}")


def json_text(value: bytes) -> str:
    """A JSON string of bytes; those that are not UTF-8 are kept, for whoever encodes with `surrogateescape`."""
    return json.dumps(value.decode("utf-8", errors="surrogateescape"), ensure_ascii=False)
