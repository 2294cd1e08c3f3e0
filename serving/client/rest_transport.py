"""Asks a model server over REST."""

import base64
import functools
import http.client
import json
from collections.abc import Mapping, Sequence
from typing import Any

from serving.client.address import Address
from serving.client.errors import ClientError, DeadlineError, RefusedError, UnavailableError
from serving.client.options import ClientOptions
from serving.client.predict_request import rest_body, rest_path
from serving.client.tls import Tls

_OVERLOADED, _UNAVAILABLE, _DEADLINE = 429, 503, 504
# What gRPC calls the reasons; 413 is an ingress' word for a body that is too large.
_CODES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    413: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
}


class RestTransport:
    """Makes each request on a connection of its own, as REST's clients do that share nothing between threads."""

    def __init__(self, address: Address, model_name: str, options: ClientOptions) -> None:
        """Connects to nothing yet.

        Args:
            address: Where the server is.
            model_name: The model.
            options: How requests are made.

        Raises:
            ClientError: There are certificates for a connection without TLS.
        """
        if options.tls and address.scheme != "https":
            raise ClientError(f"{address} is without TLS, though certificates are given; https://… is with it")
        self._address, self._options = address, options
        self._path = address.prefix + rest_path(model_name, options)
        self._context = (options.tls or Tls()).context() if address.scheme == "https" else None

    def predict(self, columns: Mapping[str, Sequence[str]], timeout_seconds: float) -> Mapping[str, Sequence[Any]]:
        """As `Transport.predict`."""
        reply = self._ask("POST", ":predict", timeout_seconds, rest_body(columns, self._options))
        outputs = _plain(reply["outputs"])
        # The one output of a signature comes without its name.
        return outputs if isinstance(outputs, dict) else {self._output_name: outputs}

    def close(self) -> None:
        """As `Transport.close`: nothing is kept."""

    @functools.cached_property
    def _output_name(self) -> str:
        reply = self._ask("GET", "/metadata", self._options.deadline_seconds)
        signatures = reply["metadata"]["signature_def"]["signature_def"]
        return next(iter(signatures[self._options.signature]["outputs"]))

    def _ask(self, method: str, what: str, timeout_seconds: float, body: str | None = None) -> dict[str, Any]:
        try:
            status, content = self._exchange(method, self._path + what, timeout_seconds, body)
        except TimeoutError as error:
            raise self._too_late() from error
        except (OSError, http.client.HTTPException) as error:
            reason = str(error) or type(error).__name__
            raise UnavailableError(f"no model server answers REST at {self._address}: {reason}") from error
        if status == http.HTTPStatus.OK:
            try:
                return dict(json.loads(content))
            except ValueError as error:
                raise ClientError(f"what answers at {self._address} is no model server: it sends no JSON") from error
        raise self._client_error(status, content.decode(errors="replace"))

    def _exchange(self, method: str, path: str, timeout_seconds: float, body: str | None) -> tuple[int, bytes]:
        place, port = self._address.host.strip("[]"), self._address.port
        connection = (
            http.client.HTTPSConnection(place, port, timeout=timeout_seconds, context=self._context)
            if self._context
            else http.client.HTTPConnection(place, port, timeout=timeout_seconds)
        )
        headers = self._options.authorization() | ({} if body is None else {"Content-Type": "application/json"})
        try:
            connection.request(method, path, None if body is None else body.encode(), headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def _client_error(self, status: int, content: str) -> ClientError:
        try:
            said = json.loads(content)["error"]
        except (ValueError, TypeError, KeyError):
            # A page of whatever stands before the server.
            said = content.strip()[:200]
        if status == _DEADLINE:
            return self._too_late()
        if status == _UNAVAILABLE:
            return UnavailableError(f"no model server answers REST at {self._address}: {said or status}")
        if status == _OVERLOADED:
            return UnavailableError(f"the model server at {self._address} has too much to do: {said or status}")
        return RefusedError(
            f"the model server at {self._address} refuses ({status}): {said}", _CODES.get(status, "UNKNOWN")
        )

    def _too_late(self) -> DeadlineError:
        return DeadlineError(f"{self._address} gave no answer within {self._options.deadline_seconds:g} seconds")


def _plain(value: Any) -> Any:
    """JSON of a reply as strings, numbers and lists; what comes as bytes is UTF-8."""
    if isinstance(value, list):
        return [_plain(element) for element in value]
    if isinstance(value, dict):
        if value.keys() == {"b64"}:
            return base64.b64decode(value["b64"]).decode("utf-8", errors="replace")
        return {name: _plain(element) for name, element in value.items()}
    return value
