"""All that the server answers, one method for each kind of request: gRPC and REST both end here."""

from collections.abc import Callable
from typing import Any

from tensorflow_serving.apis import model_management_pb2

from serving.server.inference import on_examples
from serving.server.inference.metadata import check_metadata_fields, model_metadata
from serving.server.inference.model_specs import hold, required_spec
from serving.server.inference.model_status import model_status
from serving.server.inference.predict import predict
from serving.server.serving_error import invalid_argument
from serving.server.versions.config_reload import ConfigReload
from serving.server.versions.model_manager import ModelManager


class Service:
    """PredictionService and ModelService on protos.

    Each method raises ServingError with the code and message that the client is told.
    """

    def __init__(self, manager: ModelManager, reload: ConfigReload) -> None:
        """Answers with the models of a manager, whose config can be replaced."""
        self.manager = manager
        self._reload = reload

    def predict(self, request: Any, timeout_ms: int | None) -> Any:
        """PredictRequest to PredictResponse."""
        with hold(self.manager, required_spec(request)) as servable:
            return predict(servable, request, timeout_ms)

    def classify(self, request: Any, timeout_ms: int | None) -> Any:
        """ClassificationRequest to ClassificationResponse."""
        with hold(self.manager, required_spec(request)) as servable:
            return on_examples.classify(servable, request, timeout_ms)

    def regress(self, request: Any, timeout_ms: int | None) -> Any:
        """RegressionRequest to RegressionResponse."""
        with hold(self.manager, required_spec(request)) as servable:
            return on_examples.regress(servable, request, timeout_ms)

    def multi_inference(self, request: Any, timeout_ms: int | None) -> Any:
        """MultiInferenceRequest to MultiInferenceResponse; the first task's ModelSpec decides the version."""
        if not request.tasks:
            raise invalid_argument("ModelSpec has no name specified.")
        with hold(self.manager, request.tasks[0].model_spec) as servable:
            return on_examples.multi_inference(servable, request, timeout_ms)

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
