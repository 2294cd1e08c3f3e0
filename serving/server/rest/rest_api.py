"""The REST API: from a request's method, path and body to a response's status and body."""

import json
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from google.protobuf import json_format
from tensorflow_serving.apis import (
    classification_pb2,
    get_model_metadata_pb2,
    get_model_status_pb2,
    model_pb2,
    regression_pb2,
)

from serving.server.inference.metadata import SIGNATURE_DEF
from serving.server.inference.model_specs import DEFAULT_SIGNATURE
from serving.server.inference.service import Service
from serving.server.monitoring.metrics import Metrics
from serving.server.rest.decimals import decimals
from serving.server.rest.examples_from_json import examples_from_json
from serving.server.rest.json_document import format_error, parse_document
from serving.server.rest.route import Route, parse_route
from serving.server.rest.tensors_from_json import is_row_format, tensors_from_json
from serving.server.rest.tensors_to_json import columns_json, json_text, rows_json
from serving.server.serving_error import Code, ServingError, invalid_argument

_LOG = logging.getLogger(__name__)

_HTTP_STATUS = {
    Code.OK: 200,
    Code.CANCELLED: 499,
    Code.INVALID_ARGUMENT: 400,
    Code.FAILED_PRECONDITION: 400,
    Code.OUT_OF_RANGE: 400,
    Code.UNAUTHENTICATED: 401,
    Code.PERMISSION_DENIED: 403,
    Code.NOT_FOUND: 404,
    Code.ALREADY_EXISTS: 409,
    Code.ABORTED: 409,
    Code.RESOURCE_EXHAUSTED: 429,
    Code.UNIMPLEMENTED: 501,
    Code.UNAVAILABLE: 503,
    Code.DEADLINE_EXCEEDED: 504,
}


_COUNTED = ("predict", "classify", "regress")


def error_answer(error: ServingError) -> tuple[int, bytes]:
    """The HTTP status and the JSON that tell a client an error."""
    message = json.dumps(error.message, ensure_ascii=False).encode("utf-8", errors="replace")
    return _HTTP_STATUS.get(error.code, 500), b'{\n    "error": ' + message + b"\n}"


class RestApi:
    """Answers REST requests with the service that gRPC has too."""

    def __init__(self, service: Service, timeout_ms: int, metrics: Metrics) -> None:
        """Answers nothing yet.

        Args:
            service: Answers the requests.
            timeout_ms: How long a model may run, in milliseconds.
            metrics: Counts and times the requests.
        """
        self._service, self._timeout_ms, self._metrics = service, timeout_ms, metrics
        self._actions: Mapping[str, Callable[[Route, bytes], str]] = {
            "predict": self._predict,
            "classify": self._classify,
            "regress": self._regress,
            "status": self._status,
            "metadata": self._metadata,
        }

    def model_names(self) -> list[str]:
        """The models that are meant to be served."""
        return list(self._service.manager.configs)

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        """Answers a request.

        Args:
            method: The HTTP method.
            path: The path with its query, as it came.
            body: The body, not compressed.

        Returns:
            The HTTP status, and the JSON.
        """
        started, route = time.monotonic(), None
        try:
            route = parse_route(method, path)
            answer = self._actions[route.action](route, body).encode("utf-8", errors="surrogateescape")
            self._count(route, Code.OK, started)
            return 200, answer
        except ServingError as refused:
            error = refused
        except MemoryError:
            error = ServingError(Code.RESOURCE_EXHAUSTED, "not enough memory for this request")
        except Exception as fault:  # noqa: BLE001 (the client is told, the log has the rest)
            _LOG.exception("a fault of the server")
            error = ServingError(Code.INTERNAL, f"{type(fault).__name__}: {fault}")
        self._count(route, error.code, started)
        return error_answer(error)

    def _count(self, route: Route | None, code: Code, started: float) -> None:
        if route and route.action in _COUNTED:
            self._metrics.add_request(route.model, route.action.capitalize(), "REST", code, time.monotonic() - started)

    def _predict(self, route: Route, body: bytes) -> str:
        document = parse_document(body)
        name = _signature_name(document) or DEFAULT_SIGNATURE

        def read(signature: Any) -> dict[str, np.ndarray]:
            if signature is None:
                raise invalid_argument(f'Serving signature name: "{name}" not found in signature def')
            if not signature.inputs:
                raise invalid_argument(f"Failed to get input map for signature: {name}")
            return tensors_from_json(document, signature.inputs)

        outputs = self._service.predict_tensors(_model_spec(route), name, read, self._timeout_ms)
        return rows_json(outputs) if is_row_format(document) else columns_json(outputs)

    def _classify(self, route: Route, body: bytes) -> str:
        request = classification_pb2.ClassificationRequest(**_examples_request(route, body))
        result = self._service.classify(request, self._timeout_ms).result
        rows = [
            "[" + ", ".join(f"[{json_text(one.label.encode())}, {_decimal(one.score)}]" for one in row.classes) + "]"
            for row in result.classifications
        ]
        return '{\n    "results": [' + ", ".join(rows) + "\n    ]\n}"

    def _regress(self, route: Route, body: bytes) -> str:
        request = regression_pb2.RegressionRequest(**_examples_request(route, body))
        result = self._service.regress(request, self._timeout_ms).result
        values = np.array([row.value for row in result.regressions], np.float32)
        return '{\n    "results": [' + ", ".join(decimals(values)) + "]\n}"

    def _status(self, route: Route, body: bytes) -> str:
        request = get_model_status_pb2.GetModelStatusRequest(model_spec=_model_spec(route))
        return json.dumps(_plain(self._service.get_model_status(request)), ensure_ascii=False, indent=1) + "\n"

    def _metadata(self, route: Route, body: bytes) -> str:
        request = get_model_metadata_pb2.GetModelMetadataRequest(
            model_spec=_model_spec(route), metadata_field=[SIGNATURE_DEF]
        )
        response = self._service.get_model_metadata(request)
        signatures = get_model_metadata_pb2.SignatureDefMap()
        response.metadata[SIGNATURE_DEF].Unpack(signatures)
        document = {"model_spec": _plain(response.model_spec), "metadata": {SIGNATURE_DEF: _plain(signatures)}}
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _examples_request(route: Route, body: bytes) -> dict[str, Any]:
    document = parse_document(body)
    spec = _model_spec(route)
    spec.signature_name = _signature_name(document)
    return {"model_spec": spec, "input": examples_from_json(document)}


def _signature_name(document: Mapping[str, Any]) -> str:
    name = document.get("signature_name", "")
    if not isinstance(name, str):
        raise format_error(document, "not formatted correctly. 'signature_name' key must be a string value.")
    return name.encode("utf-8", errors="replace").decode()


def _model_spec(route: Route) -> Any:
    spec = model_pb2.ModelSpec(name=route.model)
    if route.version is not None:
        spec.version.value = route.version
    elif route.label is not None:
        spec.version_label = route.label
    return spec


def _plain(message: Any) -> dict[str, Any]:
    plain: dict[str, Any] = json_format.MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    return plain


def _decimal(value: float) -> str:
    return decimals(np.array([value], np.float32))[0]
