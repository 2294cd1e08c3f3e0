"""Tensors from the JSON of a predict request."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from serving.server.rest.json_document import format_error, shown
from serving.server.rest.json_types import JsonType, is_base64, json_type, type_error, unsupported
from serving.server.serving_error import ServingError, invalid_argument

_INSTANCES, _INPUTS = "instances", "inputs"


@dataclasses.dataclass
class _Elements:
    """One tensor's elements, in row-major order."""

    json_type: JsonType
    shape: list[int]
    values: list[Any]

    def array(self, *leading: int) -> np.ndarray:
        array = np.empty(len(self.values), self.json_type.read_as)
        array[:] = self.values
        # As in C++, what is out of an 8 or 16-bit type's range wraps around.
        return array.astype(self.json_type.numpy, copy=False).reshape((*leading, *self.shape))


def is_row_format(document: Mapping[str, Any]) -> bool:
    """Whether a predict request lists its rows (`instances`) rather than its columns (`inputs`).

    Raises:
        ServingError: It has neither, or both.
    """
    if _INSTANCES in document and _INPUTS in document:
        fault = f"Not formatted correctly expecting only one of '{_INPUTS}' or '{_INSTANCES}' keys to exist "
        raise format_error(document, fault)
    if _INSTANCES not in document and _INPUTS not in document:
        raise invalid_argument("Missing 'inputs' or 'instances' key")
    return _INSTANCES in document


def tensors_from_json(document: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Reads the inputs of a predict request.

    Args:
        document: The request.
        inputs: The signature's TensorInfos by name.

    Returns:
        Tensors by name.

    Raises:
        ServingError: They are not what the signature takes.
    """
    if is_row_format(document):
        return _from_rows(document, inputs)
    return _from_columns(document[_INPUTS], inputs)


def _from_columns(columns: Any, inputs: Mapping[str, Any]) -> dict[str, np.ndarray]:
    if not isinstance(columns, dict) or is_base64(columns):
        if len(inputs) > 1:
            raise invalid_argument(
                "inputs is a plain value/list, but expecting an object as multiple input tensors required as per "
                "tensorinfo_map"
            )
        columns = {next(iter(inputs)): columns}
    tensors: dict[str, np.ndarray] = {}
    for name in sorted(inputs):
        if name not in columns:
            raise invalid_argument(f"Missing named input: {name} in 'inputs' object.")
        tensors[name] = _elements(columns[name], inputs[name].dtype).array()
    return tensors


def _from_rows(document: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, np.ndarray]:
    rows = document[_INSTANCES]
    if not isinstance(rows, list):
        raise format_error(document, f"Excepting '{_INSTANCES}' to be an list/array")
    if not rows:
        raise format_error(document, f"No values in '{_INSTANCES}' array")
    if not isinstance(rows[0], dict) and len(inputs) > 1:
        raise invalid_argument(
            "instances is a plain list, but expecting list of objects as multiple input tensors required as per "
            "tensorinfo_map"
        )
    named = _is_object(rows[0])
    tensors: dict[str, _Elements] = {}
    for number, row in enumerate(rows):
        if named != _is_object(row):
            found = "object but got list" if named else "value/list but got object"
            raise invalid_argument(f"Expecting {found} at item {number} of input list")
        if named:
            _add_named(row, number, inputs, tensors)
        else:
            _add(row, next(iter(inputs)), inputs, tensors, f"{number} of")
    return {name: elements.array(len(rows)) for name, elements in tensors.items()}


def _add_named(row: dict[str, Any], number: int, inputs: Mapping[str, Any], tensors: dict[str, _Elements]) -> None:
    for name, value in row.items():
        _add(value, name, inputs, tensors, f"{number} key: {name} of")
    if row.keys() != inputs.keys():
        raise invalid_argument(
            f"Failed to process element: {number} of 'instances' list. JSON object: {shown(row)} "
            f"keys must be equal to: {','.join(sorted(inputs))}"
        )


def _add(value: Any, name: str, inputs: Mapping[str, Any], tensors: dict[str, _Elements], where: str) -> None:
    """Appends a row's value to the tensor; all rows must have one shape."""
    try:
        if name not in inputs:
            raise invalid_argument(f"JSON object: does not have named input: {name}")
        row = _elements(value, inputs[name].dtype)
        first = tensors.get(name)
        if first is None:
            tensors[name] = row
            return
        _check_shape(first.shape, row.shape)
        first.values.extend(row.values)
    except ServingError as error:
        raise invalid_argument(f"Failed to process element: {where} 'instances' list. Error: {error}") from error


def _check_shape(expected: list[int], found: list[int]) -> None:
    sizes = int(np.prod(expected)), int(np.prod(found))
    if sizes[0] != sizes[1]:
        raise invalid_argument(f"Expecting tensor size: {sizes[0]} but got: {sizes[1]}")
    if expected != found:
        shapes = ["[" + ",".join(map(str, shape)) + "]" for shape in (expected, found)]
        raise invalid_argument(f"Expecting shape {shapes[0]} but got: {shapes[1]}")


def _is_object(value: Any) -> bool:
    return isinstance(value, dict) and not is_base64(value)


def _elements(value: Any, dtype: int) -> _Elements:
    found = json_type(dtype)
    if found is None:
        raise unsupported(value, dtype)
    elements = _Elements(found, _shape(value), [])
    _collect(value, 0, elements)
    return elements


def _shape(value: Any) -> list[int]:
    shape: list[int] = []
    while isinstance(value, list):
        shape.append(len(value))
        value = value[0] if value else None
    return shape


def _collect(value: Any, level: int, elements: _Elements) -> None:
    rank = len(elements.shape)
    if not isinstance(value, list):
        if level != rank:
            raise invalid_argument(
                f"JSON Value: {shown(value)} found at incorrect level: {level + 1} in the JSON DOM. Expected at "
                f"level: {rank}"
            )
        if isinstance(value, dict) and elements.json_type.name != "string":
            raise type_error(value, elements.json_type.name)
        elements.values.append(elements.json_type.element(value))
        return
    if level >= rank:
        raise invalid_argument(f"Encountered list at unexpected level: {level} expected < {rank}")
    if len(value) != elements.shape[level]:
        raise invalid_argument(
            f"Encountered list at unexpected size: {len(value)} at level: {level} expected size: "
            f"{elements.shape[level]}"
        )
    for item in value:
        _collect(item, level + 1, elements)
