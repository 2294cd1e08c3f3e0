"""Asks a model server for answers over REST."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any


class RestError(Exception):
    """The server refused; the message is its own."""


def predict_over_rest(
    address: str, model_name: str, rows: Sequence[Mapping[str, str]], timeout_seconds: float = 60
) -> dict[str, Any] | list[Any]:
    """Asks for the answers of `serving_default` to rows of texts by column.

    Args:
        address: As `host:port`, plain HTTP.
        model_name: The model's name.
        rows: The rows.
        timeout_seconds: How long it may take.

    Returns:
        Values by output name, each a list with one for each row; where there is one output, only its list.

    Raises:
        RestError: The server refused.
        OSError: There is no server.
    """
    body = json.dumps({"inputs": {name: [row[name] for row in rows] for name in rows[0]}})
    url = f"http://{address}/v1/models/{model_name}:predict"
    request = urllib.request.Request(url, body.encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=timeout_seconds) as reply:  # noqa: S310 (http)
            outputs: dict[str, Any] | list[Any] = json.load(reply)["outputs"]
    except urllib.error.HTTPError as error:
        raise RestError(f"{error.code}: {error.read().decode(errors='replace')}") from error
    return outputs
