"""Predict: tensors in, tensors out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from tensorflow_serving.apis import predict_pb2

from serving.server.engine.servable import Servable
from serving.server.engine.tensors import array_from_proto, array_to_proto
from serving.server.inference.model_specs import DEFAULT_SIGNATURE, answered_spec
from serving.server.serving_error import Code, ServingError, invalid_argument


def predict(servable: Servable, request: Any, timeout_ms: int | None) -> Any:
    """Answers a PredictRequest.

    Args:
        servable: The model.
        request: The PredictRequest.
        timeout_ms: How long it may run, in milliseconds.

    Returns:
        The PredictResponse.

    Raises:
        ServingError: The request does not fit the model, or the model failed.
    """
    name = request.model_spec.signature_name or DEFAULT_SIGNATURE
    signature = servable.signatures.get(name)
    if signature is None:
        raise ServingError(Code.FAILED_PRECONDITION, f'Serving signature key "{name}" not found.')
    inputs = _inputs(signature, request.inputs)
    outputs = predict_tensors(servable, signature, inputs, request.output_filter, timeout_ms)
    response = predict_pb2.PredictResponse(model_spec=answered_spec(servable, request.model_spec))
    for alias, array in outputs.items():
        response.outputs[alias].CopyFrom(array_to_proto(array))
    return response


def predict_tensors(
    servable: Servable,
    signature: Any,
    inputs: Mapping[str, np.ndarray],
    output_filter: Sequence[str],
    timeout_ms: int | None,
) -> dict[str, np.ndarray]:
    """Runs one signature.

    Args:
        servable: The model.
        signature: The SignatureDef.
        inputs: Tensors by their names in the signature.
        output_filter: Names of the outputs that are wanted; none for all of them.
        timeout_ms: How long it may run, in milliseconds.

    Returns:
        Tensors by their names in the signature.

    Raises:
        ServingError: The signature has no such output, or the model failed.
    """
    aliases = _wanted(signature, output_filter)
    feeds = {signature.inputs[alias].name: array for alias, array in inputs.items()}
    arrays = servable.run(feeds, [signature.outputs[alias].name for alias in aliases], timeout_ms)
    return dict(zip(aliases, arrays, strict=True))


def _inputs(signature: Any, tensors: Mapping[str, Any]) -> dict[str, np.ndarray]:
    _check_number(signature, tensors)
    inputs: dict[str, np.ndarray] = {}
    for alias in sorted(signature.inputs):
        proto = tensors[alias] if alias in tensors else _default(signature, alias, tensors)
        try:
            inputs[alias] = array_from_proto(proto)
        except ValueError as error:
            raise invalid_argument(f"tensor parsing error: {alias}") from error
    unused = sorted(tensors.keys() - signature.inputs.keys())
    if unused:
        used = sorted(tensors.keys() & signature.inputs.keys())
        raise invalid_argument(
            f"Inputs contains invalid name. Used request inputs: {','.join(used)}, request inputs: "
            f"{','.join(sorted(tensors))}"
        )
    return inputs


def _check_number(signature: Any, tensors: Mapping[str, Any]) -> None:
    sent, required = set(tensors), set(signature.inputs)
    if len(sent) > len(required) or (len(sent) < len(required) and not signature.defaults):
        raise invalid_argument(
            f"input size does not match signature: {len(sent)}!={len(required)} len({_set(sent)}) != "
            f"len({_set(required)}). Sent extra: {_set(sent - required)}. "
            f"Missing but required: {_set(required - sent)}."
        )


def _default(signature: Any, alias: str, tensors: Mapping[str, Any]) -> Any:
    if alias not in signature.defaults:
        raise invalid_argument(
            f"Signature input alias: {alias}(feed name: {signature.inputs[alias].name}) not found in request and no "
            f"default value provided. Inputs expected to be in the request {_set(tensors)}, or default input alias "
            f"set: {','.join(sorted(signature.defaults))}"
        )
    return signature.defaults[alias]


def _wanted(signature: Any, output_filter: Sequence[str]) -> list[str]:
    wanted: list[str] = []
    for alias in output_filter:
        if alias not in signature.outputs:
            raise invalid_argument(
                f"output tensor alias not found in signature: {alias} Outputs expected to be in the set "
                f"{_set(signature.outputs)}."
            )
        if alias in wanted:
            raise invalid_argument(f"duplicate output tensor alias: {alias}")
        wanted.append(alias)
    return wanted or sorted(signature.outputs)


def _set(names: Any) -> str:
    return "{" + ",".join(sorted(names)) + "}"
