"""tf.Examples from the JSON of a classify or regress request."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from tensorflow.core.example import example_pb2, feature_pb2
from tensorflow_serving.apis import input_pb2

from serving.server.rest.json_document import format_error, shown, text_bytes, type_name
from serving.server.rest.json_types import base64_bytes, is_base64
from serving.server.serving_error import invalid_argument

_CONTEXT, _EXAMPLES = "context", "examples"
_LARGEST_INT64, _LARGEST_FLOAT = 2**63 - 1, float(np.finfo(np.float32).max)


def examples_from_json(document: Mapping[str, Any]) -> Any:
    """Reads the examples of a classify or regress request.

    Args:
        document: The request.

    Returns:
        An Input.

    Raises:
        ServingError: They are no examples.
    """
    examples = input_pb2.Input()
    listed = examples.example_list.examples
    if _CONTEXT in document:
        examples.example_list_with_context.context.CopyFrom(_example(document[_CONTEXT]))
        listed = examples.example_list_with_context.examples
    if _EXAMPLES not in document:
        fault = f"When method is classify, key '{_EXAMPLES}' is expected and was not found"
        raise format_error(document, fault)
    rows = document[_EXAMPLES]
    if not isinstance(rows, list):
        raise format_error(document, f"Expecting '{_EXAMPLES}' value to be an list/array")
    if not rows:
        raise format_error(document, f"'{_EXAMPLES}' value is an empty array")
    listed.extend(_example(row) for row in rows)
    return examples


def _example(value: Any) -> Any:
    if not isinstance(value, dict):
        raise invalid_argument(f"Example must be JSON object but got JSON {type_name(value)}")
    example = example_pb2.Example()
    for name, content in value.items():
        if not _is_utf8(name):
            raise invalid_argument(f"JSON Value: {shown(name)} is no name of a feature: it is not UTF-8")
        feature = feature_pb2.Feature()
        for element in content if isinstance(content, list) else [content]:
            _add(element, name, feature)
        example.features.feature[name].CopyFrom(feature)
    return example


def _add(value: Any, name: str, feature: Any) -> None:
    """Adds an element: `2` is int64 and `2.0` float, and a feature has one kind of them."""
    kind, element = _typed(value, name)
    present = feature.WhichOneof("kind")
    if present not in (None, kind):
        expected = present.removesuffix("_list")
        raise invalid_argument(f"Unexpected element type in feature: {name} expecting type: {expected}")
    getattr(feature, kind).value.append(element)


def _typed(value: Any, name: str) -> tuple[str, int | float | bytes]:
    if isinstance(value, bool | int):
        if value > _LARGEST_INT64:
            raise invalid_argument(f"Feature: {name} has uint64 element. Only int64 is supported.")
        return "int64_list", int(value)
    if isinstance(value, float):
        if math.isfinite(value) and abs(value) > _LARGEST_FLOAT:
            raise invalid_argument(f"Cannot convert JSON value: {shown(value)} to float without loss of precision.")
        return "float_list", value
    if isinstance(value, str):
        return "bytes_list", text_bytes(value)
    if is_base64(value):
        return "bytes_list", base64_bytes(value)
    raise invalid_argument(f"Feature: {name} has element with unexpected JSON type: {type_name(value)}")


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
