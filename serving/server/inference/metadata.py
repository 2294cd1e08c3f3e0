"""GetModelMetadata: the signatures of a model."""

from typing import Any

from tensorflow_serving.apis import get_model_metadata_pb2

from serving.server.engine.servable import Servable
from serving.server.serving_error import invalid_argument

SIGNATURE_DEF = "signature_def"
"""The one metadata field there is."""


def check_metadata_fields(request: Any) -> None:
    """Refuses a GetModelMetadataRequest for other fields than there are.

    Raises:
        ServingError: It asks for none, or for one there is not.
    """
    if not request.metadata_field:
        raise invalid_argument("GetModelMetadataRequest must specify at least one metadata_field")
    for field in request.metadata_field:
        if field != SIGNATURE_DEF:
            raise invalid_argument(f"Metadata field {field} is not supported")


def model_metadata(servable: Servable) -> Any:
    """The GetModelMetadataResponse of a model."""
    signatures = get_model_metadata_pb2.SignatureDefMap()
    for name, signature in servable.signatures.items():
        signatures.signature_def[name].CopyFrom(signature)
    response = get_model_metadata_pb2.GetModelMetadataResponse()
    response.model_spec.name = servable.name
    response.model_spec.version.value = servable.version
    response.metadata[SIGNATURE_DEF].Pack(signatures)
    return response
