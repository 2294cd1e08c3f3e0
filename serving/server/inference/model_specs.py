"""ModelSpecs: which model a request asks for, and which one answered."""

from typing import Any

from tensorflow_serving.apis import model_pb2

from serving.server.engine.servable import Servable
from serving.server.serving_error import invalid_argument
from serving.server.versions.model_manager import ModelManager

DEFAULT_SIGNATURE = "serving_default"
"""The signature of a request that names none."""


def required_spec(request: Any) -> Any:
    """The ModelSpec of a request.

    Raises:
        ServingError: It has none.
    """
    if not request.HasField("model_spec"):
        raise invalid_argument("Missing ModelSpec")
    return request.model_spec


def hold(manager: ModelManager, spec: Any) -> Servable:
    """Takes the version that a ModelSpec asks for; to be used as a context manager.

    Raises:
        ServingError: There is none.
    """
    choice = spec.WhichOneof("version_choice")
    version = spec.version.value if choice == "version" else None
    return manager.hold(spec.name, version, spec.version_label if choice == "version_label" else None)


def answered_spec(servable: Servable, spec: Any) -> Any:
    """The ModelSpec of a response: the version that answered in place of a label."""
    answered = model_pb2.ModelSpec(name=spec.name, signature_name=spec.signature_name or DEFAULT_SIGNATURE)
    answered.version.value = servable.version
    return answered
