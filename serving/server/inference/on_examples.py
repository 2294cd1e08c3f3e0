"""Classify, Regress and MultiInference: tf.Examples in, results out."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from tensorflow_serving.apis import classification_pb2, inference_pb2, regression_pb2

from serving.server.engine.servable import Servable
from serving.server.inference.classification import classification_result, classification_tensors
from serving.server.inference.examples import serialized_examples
from serving.server.inference.model_specs import DEFAULT_SIGNATURE, answered_spec
from serving.server.inference.regression import regression_result, regression_tensors
from serving.server.serving_error import Code, ServingError, invalid_argument

_CLASSIFY, _REGRESS = "tensorflow/serving/classify", "tensorflow/serving/regress"
_API = {_CLASSIFY: "Classify", _REGRESS: "Regress"}
_TENSORS: Mapping[str, Callable[[Any], tuple[str, list[str]]]] = {
    _CLASSIFY: classification_tensors,
    _REGRESS: regression_tensors,
}


def classify(servable: Servable, request: Any, timeout_ms: int | None) -> Any:
    """Answers a ClassificationRequest.

    Args:
        servable: The model.
        request: The ClassificationRequest.
        timeout_ms: How long it may run, in milliseconds.

    Returns:
        The ClassificationResponse.

    Raises:
        ServingError: The request does not fit the model, or the model failed.
    """
    signature, arrays, num_examples = _run_one(servable, request, _CLASSIFY, timeout_ms)
    return classification_pb2.ClassificationResponse(
        model_spec=answered_spec(servable, request.model_spec),
        result=classification_result(signature, arrays, num_examples),
    )


def regress(servable: Servable, request: Any, timeout_ms: int | None) -> Any:
    """Answers a RegressionRequest, as `classify` does a ClassificationRequest."""
    signature, arrays, num_examples = _run_one(servable, request, _REGRESS, timeout_ms)
    return regression_pb2.RegressionResponse(
        model_spec=answered_spec(servable, request.model_spec),
        result=regression_result(signature, arrays, num_examples),
    )


def multi_inference(servable: Servable, request: Any, timeout_ms: int | None) -> Any:
    """Answers a MultiInferenceRequest, with one run of the graph for all its tasks.

    Args:
        servable: The model of all tasks.
        request: The MultiInferenceRequest.
        timeout_ms: How long it may run, in milliseconds.

    Returns:
        The MultiInferenceResponse.

    Raises:
        ServingError: The request does not fit the model, or the model failed.
    """
    signatures = _signatures_of_tasks(servable, request.tasks)
    inputs: set[str] = set()
    fetches: set[str] = set()
    for task, signature in zip(request.tasks, signatures, strict=True):
        input_name, outputs = _TENSORS[task.method_name](signature)
        inputs.add(input_name)
        fetches.update(outputs)
    examples = serialized_examples(request.input)
    ordered = sorted(fetches)
    feeds = dict.fromkeys(inputs, examples)
    arrays = dict(zip(ordered, servable.run(feeds, ordered, timeout_ms, "MultiInference"), strict=True))
    response = inference_pb2.MultiInferenceResponse()
    for task, signature in zip(request.tasks, signatures, strict=True):
        result = response.results.add(model_spec=answered_spec(servable, task.model_spec))
        if task.method_name == _CLASSIFY:
            result.classification_result.CopyFrom(classification_result(signature, arrays, len(examples)))
        else:
            result.regression_result.CopyFrom(regression_result(signature, arrays, len(examples)))
    return response


def _run_one(
    servable: Servable, request: Any, method: str, timeout_ms: int | None
) -> tuple[Any, dict[str, np.ndarray], int]:
    name = request.model_spec.signature_name or DEFAULT_SIGNATURE
    signature = servable.signatures.get(name)
    if signature is None:
        raise invalid_argument(f"No signature was found with the name: {name}")
    input_name, outputs = _TENSORS[method](signature)
    examples = serialized_examples(request.input)
    arrays = servable.run({input_name: examples}, outputs, timeout_ms, _API[method])
    return signature, dict(zip(outputs, arrays, strict=True)), len(examples)


def _signatures_of_tasks(servable: Servable, tasks: Any) -> list[Any]:
    signatures: dict[str, Any] = {}
    for task in tasks:
        if not task.model_spec.name:
            raise invalid_argument("Found ModelSpec with an empty model name.")
        if task.model_spec.name != tasks[0].model_spec.name:
            raise invalid_argument("All ModelSpecs in a MultiInferenceRequest must access the same model name.")
        name = task.model_spec.signature_name or DEFAULT_SIGNATURE
        if name in signatures:
            raise invalid_argument(f"Duplicate evaluation of signature: {name}")
        if name not in servable.signatures:
            raise invalid_argument(f"Requested signature not found in model graph: {name}")
        if task.method_name not in _TENSORS:
            raise ServingError(Code.UNIMPLEMENTED, f"Unsupported signature method_name: {task.method_name}")
        signatures[name] = servable.signatures[name]
    return list(signatures.values())
