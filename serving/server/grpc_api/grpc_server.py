"""The gRPC server: PredictionService, ModelService and, on demand, health checks and reflection."""

import concurrent.futures
import threading
from collections.abc import Mapping
from typing import Any

import grpc
from tensorflow_serving.apis import (
    classification_pb2,
    get_model_metadata_pb2,
    get_model_status_pb2,
    inference_pb2,
    model_management_pb2,
    predict_pb2,
    regression_pb2,
)

from models.user_error import UserError
from serving.server.grpc_api.health import Health
from serving.server.grpc_api.reflection import add_reflection
from serving.server.grpc_api.ssl_config import server_credentials
from serving.server.grpc_api.unary_handler import timeout_ms, unary_handler
from serving.server.inference.service import Service
from serving.server.monitoring.metrics import Metrics
from serving.server.options import ServerOptions
from serving.server.serving_error import Code

_PREDICTION_SERVICE = "tensorflow.serving.PredictionService"
_MODEL_SERVICE = "tensorflow.serving.ModelService"

_CHANNEL_ARGUMENTS: Mapping[str, int | str] = {
    "grpc.max_send_message_length": -1,
    # Else two servers on one port would share its requests, and neither would know.
    "grpc.so_reuseport": 0,
}


class GrpcServer:
    """Answers gRPC on a port and, on demand, on a Unix socket."""

    def __init__(self, service: Service, metrics: Metrics, options: ServerOptions) -> None:
        """Opens nothing yet.

        Args:
            service: Answers the requests.
            metrics: Counts and times them.
            options: Where and how to listen.
        """
        self._options = options
        threads = concurrent.futures.ThreadPoolExecutor(options.grpc_threads, thread_name_prefix="grpc")
        arguments = {
            **_CHANNEL_ARGUMENTS,
            "grpc.max_receive_message_length": options.grpc_max_request_bytes,
            **dict(options.grpc_channel_arguments),
        }
        self._server = grpc.server(
            threads,
            handlers=_handlers(service, metrics, options.grpc_max_timeout_in_ms),
            options=tuple(arguments.items()),
            # Those beyond it are refused at once, with RESOURCE_EXHAUSTED.
            maximum_concurrent_rpcs=options.max_requests_in_flight,
        )
        self._health = (
            Health((_PREDICTION_SERVICE, _MODEL_SERVICE)) if options.enable_grpc_healthcheck_service else None
        )
        if self._health:
            self._health.add_to(self._server)
        if options.enable_grpc_reflection:
            add_reflection(self._server, (_PREDICTION_SERVICE, _MODEL_SERVICE))

    def start(self) -> int:
        """Opens the port.

        Returns:
            Its number.

        Raises:
            UserError: The port is taken, or the TLS config cannot be used.
        """
        port = self._listen(f"{self._options.host}:{self._options.port}")
        if self._options.grpc_socket_path:
            self._listen(f"unix:{self._options.grpc_socket_path}")
        self._server.start()
        return port

    def stop(self) -> threading.Event:
        """Accepts no more requests from now on.

        Returns:
            Set when those that run have ended.
        """
        if self._health:
            self._health.stop()
        return self._server.stop(self._options.drain_seconds)

    def _listen(self, address: str) -> int:
        credentials = server_credentials(self._options.ssl_config_file)
        try:
            if credentials is None:
                return int(self._server.add_insecure_port(address))
            return int(self._server.add_secure_port(address, credentials))
        except RuntimeError as error:
            raise UserError(f"gRPC cannot listen on {address}: another process may do so already") from error


def _handlers(service: Service, metrics: Metrics, max_timeout_ms: int) -> tuple[grpc.GenericRpcHandler, ...]:
    def inference(request_type: Any, answer: Any, api: str) -> grpc.RpcMethodHandler:
        def answered(request: Any, code: Code, seconds: float) -> None:
            tasks = getattr(request, "tasks", None)
            spec = request.model_spec if tasks is None else tasks[0].model_spec if tasks else None
            metrics.add_request(spec.name if spec else "", api, "GRPC", code, seconds)

        def handle(request: Any, context: grpc.ServicerContext) -> Any:
            return answer(request, timeout_ms(context, max_timeout_ms))

        return unary_handler(request_type, handle, answered)

    def other(request_type: Any, answer: Any) -> grpc.RpcMethodHandler:
        return unary_handler(request_type, lambda request, context: answer(request))

    def reload(request: Any, context: grpc.ServicerContext) -> Any:
        return service.reload_config(request, context.is_active)

    prediction = {
        "Predict": inference(predict_pb2.PredictRequest, service.predict, "Predict"),
        "Classify": inference(classification_pb2.ClassificationRequest, service.classify, "Classify"),
        "Regress": inference(regression_pb2.RegressionRequest, service.regress, "Regress"),
        "MultiInference": inference(inference_pb2.MultiInferenceRequest, service.multi_inference, "MultiInference"),
        "GetModelMetadata": other(get_model_metadata_pb2.GetModelMetadataRequest, service.get_model_metadata),
    }
    model = {
        "GetModelStatus": other(get_model_status_pb2.GetModelStatusRequest, service.get_model_status),
        "HandleReloadConfigRequest": unary_handler(model_management_pb2.ReloadConfigRequest, reload),
    }
    return (
        grpc.method_handlers_generic_handler(_PREDICTION_SERVICE, prediction),
        grpc.method_handlers_generic_handler(_MODEL_SERVICE, model),
    )
