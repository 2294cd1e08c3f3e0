"""All that the server answers, one method for each kind of request: gRPC and REST both end here."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from tensorflow_serving.apis import model_management_pb2, model_pb2, predict_pb2

from serving.server.engine.tensors import array_to_proto
from serving.server.inference import on_examples
from serving.server.inference.metadata import check_metadata_fields, model_metadata
from serving.server.inference.model_specs import hold, required_spec
from serving.server.inference.model_status import model_status
from serving.server.inference.predict import predict, predict_tensors
from serving.server.prediction_log.request_logs import RequestLogs
from serving.server.serving_error import invalid_argument
from serving.server.versions.config_reload import ConfigReload
from serving.server.versions.model_manager import ModelManager

ReadInputs = Callable[[Any], dict[str, np.ndarray]]


class Service:
    """PredictionService and ModelService on protos.

    Each method raises ServingError with the code and message that the client is told.
    """

    def __init__(self, manager: ModelManager, reload: ConfigReload, logs: RequestLogs) -> None:
        """Answers nothing yet.

        Args:
            manager: Has the models.
            reload: Replaces their config.
            logs: Logs requests that went well.
        """
        self.manager = manager
        self._reload, self._logs = reload, logs

    def predict(self, request: Any, timeout_ms: int | None) -> Any:
        """PredictRequest to PredictResponse."""
        with hold(self.manager, required_spec(request)) as servable:
            response = predict(servable, request, timeout_ms)
        return self._logged("predict_log", response.model_spec, request, response)

    def predict_tensors(
        self, spec: Any, signature_name: str, read: ReadInputs, timeout_ms: int | None
    ) -> dict[str, np.ndarray]:
        """As `predict`, for who has no protos.

        Args:
            spec: The ModelSpec.
            signature_name: The signature.
            read: Gives the inputs by name, for a SignatureDef.
            timeout_ms: How long it may run, in milliseconds.

        Returns:
            The outputs by name.
        """
        with hold(self.manager, spec) as servable:
            inputs = read(servable.signatures.get(signature_name))
            outputs = predict_tensors(servable, servable.signatures[signature_name], inputs, (), timeout_ms)
            if self._logs.wants(servable.name):
                answered = model_pb2.ModelSpec(name=servable.name, signature_name=signature_name)
                answered.version.value = servable.version
                request = predict_pb2.PredictRequest(model_spec=spec, inputs=_protos(inputs))
                request.model_spec.signature_name = signature_name
                response = predict_pb2.PredictResponse(model_spec=answered, outputs=_protos(outputs))
                self._logs.add("predict_log", answered, request, response)
        return outputs

    def classify(self, request: Any, timeout_ms: int | None) -> Any:
        """ClassificationRequest to ClassificationResponse."""
        with hold(self.manager, required_spec(request)) as servable:
            response = on_examples.classify(servable, request, timeout_ms)
        return self._logged("classify_log", response.model_spec, request, response)

    def regress(self, request: Any, timeout_ms: int | None) -> Any:
        """RegressionRequest to RegressionResponse."""
        with hold(self.manager, required_spec(request)) as servable:
            response = on_examples.regress(servable, request, timeout_ms)
        return self._logged("regress_log", response.model_spec, request, response)

    def multi_inference(self, request: Any, timeout_ms: int | None) -> Any:
        """MultiInferenceRequest to MultiInferenceResponse; the first task's ModelSpec decides the version."""
        if not request.tasks:
            raise invalid_argument("ModelSpec has no name specified.")
        with hold(self.manager, request.tasks[0].model_spec) as servable:
            response = on_examples.multi_inference(servable, request, timeout_ms)
        return self._logged("multi_inference_log", response.results[0].model_spec, request, response)

    def get_model_metadata(self, request: Any) -> Any:
        """GetModelMetadataRequest to GetModelMetadataResponse."""
        spec = required_spec(request)
        check_metadata_fields(request)
        with hold(self.manager, spec) as servable:
            return model_metadata(servable)

    def get_model_status(self, request: Any) -> Any:
        """GetModelStatusRequest to GetModelStatusResponse."""
        return model_status(self.manager, required_spec(request))

    def reload_config(self, request: Any, is_wanted: Callable[[], bool]) -> Any:
        """ReloadConfigRequest to ReloadConfigResponse, when the new models answer.

        Args:
            request: The ReloadConfigRequest.
            is_wanted: Asked now and then whether the client still waits.
        """
        self._reload.apply(request.config, is_wanted)
        response = model_management_pb2.ReloadConfigResponse()
        response.status.SetInParent()
        return response

    def _logged(self, kind: str, spec: Any, request: Any, response: Any) -> Any:
        if self._logs.wants(spec.name):
            self._logs.add(kind, spec, request, response)
        return response


def _protos(arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    return {name: array_to_proto(array) for name, array in arrays.items()}
