"""GetModelStatus: where each version is in its life."""

from typing import Any

from tensorflow_serving.apis import get_model_status_pb2

from serving.server.serving_error import Code, ServingError
from serving.server.versions.model_manager import ModelManager


def model_status(manager: ModelManager, spec: Any) -> Any:
    """The GetModelStatusResponse of a model.

    Args:
        manager: Knows all versions.
        spec: The ModelSpec. A label in it is ignored, as the stock server does.

    Raises:
        ServingError: There never was such a model or version.
    """
    states = manager.states(spec.name)
    if spec.HasField("version"):
        version = spec.version.value
        if version not in states:
            raise ServingError(Code.NOT_FOUND, f"Could not find version {version} of model {spec.name}")
        states = {version: states[version]}
    elif not states:
        raise ServingError(Code.NOT_FOUND, f"Could not find any versions of model {spec.name}")
    response = get_model_status_pb2.GetModelStatusResponse()
    for version, state in states.items():
        status = response.model_version_status.add(version=version, state=int(state.state))
        # Without an error, the status is there all the same, and says OK.
        status.status.SetInParent()
        if state.error:
            status.status.error_code = int(state.error.code)
            status.status.error_message = state.error.message
    return response
