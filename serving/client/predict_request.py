"""The request for answers, in the form of either wire."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from serving.client.messages import new_request
from serving.client.options import ClientOptions
from serving.client.tensors import set_strings


def grpc_request(model_name: str, columns: Mapping[str, Sequence[str]], options: ClientOptions) -> Any:
    """A `PredictRequest`.

    Args:
        model_name: The model.
        columns: The texts by input.
        options: Name version and signature.
    """
    request = new_request()
    spec = request.model_spec
    spec.name, spec.signature_name = model_name, options.signature
    if isinstance(options.version, int):
        spec.version.value = options.version
    elif options.version is not None:
        spec.version_label = options.version
    for name, texts in columns.items():
        set_strings(request.inputs[name], texts)
    return request


def rest_path(model_name: str, options: ClientOptions) -> str:
    """The path of a model, `/v1/models/…`, without what is asked of it."""
    path = f"/v1/models/{quote(model_name, safe='')}"
    if options.version is None:
        return path
    kind = "versions" if isinstance(options.version, int) else "labels"
    return f"{path}/{kind}/{quote(str(options.version), safe='')}"


def rest_body(columns: Mapping[str, Sequence[str]], options: ClientOptions) -> str:
    """The JSON of a request.

    Args:
        columns: The texts by input.
        options: Name the signature.
    """
    inputs = {name: list(texts) for name, texts in columns.items()}
    return json.dumps({"signature_name": options.signature, "inputs": inputs}, ensure_ascii=False)
