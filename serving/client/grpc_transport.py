"""Asks a model server over gRPC."""

from collections.abc import Mapping, Sequence
from typing import Any

import grpc

from serving.client.address import Address
from serving.client.errors import ClientError, DeadlineError, RefusedError, UnavailableError
from serving.client.messages import METHOD, parse_response
from serving.client.options import ClientOptions
from serving.client.predict_request import grpc_request
from serving.client.tensors import plain_tensor

_TOO_LARGE = "larger than max"
_RECONNECT_MILLISECONDS = 200


class GrpcTransport:
    """A connection to one model of a server; it is made with the first request, and again when it is lost."""

    def __init__(self, address: Address, model_name: str, options: ClientOptions) -> None:
        """Connects to nothing yet.

        Args:
            address: Where the server is.
            model_name: The model.
            options: How requests are made.
        """
        self._address, self._model_name, self._options = address, model_name, options
        arguments = [
            # The stock server has no limit worth speaking of; gRPC's own is 4 MB.
            ("grpc.max_send_message_length", -1),
            ("grpc.max_receive_message_length", -1),
            # Else gRPC looks for a server that has come back less often than requests are repeated.
            ("grpc.initial_reconnect_backoff_ms", _RECONNECT_MILLISECONDS),
            ("grpc.min_reconnect_backoff_ms", _RECONNECT_MILLISECONDS),
            ("grpc.max_reconnect_backoff_ms", 1000 * max(1, int(options.retries.max_wait_seconds))),
        ]
        self._channel = (
            grpc.secure_channel(str(address), options.tls.channel_credentials(), arguments)
            if options.tls
            else grpc.insecure_channel(str(address), arguments)
        )
        self._call = self._channel.unary_unary(
            METHOD,
            request_serializer=lambda request: request.SerializeToString(),
            response_deserializer=parse_response,
        )

    def predict(self, columns: Mapping[str, Sequence[str]], timeout_seconds: float) -> Mapping[str, Sequence[Any]]:
        """As `Transport.predict`."""
        request = grpc_request(self._model_name, columns, self._options)
        metadata = tuple(self._options.authorization().items())
        try:
            reply = self._call(request, timeout=timeout_seconds, metadata=metadata)
        except grpc.RpcError as error:
            raise self._client_error(error) from error
        return {name: plain_tensor(tensor) for name, tensor in sorted(reply.outputs.items())}

    def close(self) -> None:
        """As `Transport.close`."""
        self._channel.close()

    def _client_error(self, error: grpc.RpcError) -> ClientError:
        code, details = error.code(), error.details() or ""
        match code:
            case grpc.StatusCode.DEADLINE_EXCEEDED:
                limit = self._options.deadline_seconds
                return DeadlineError(f"{self._address} gave no answer within {limit:g} seconds")
            case grpc.StatusCode.UNAVAILABLE:
                # gRPC tells each address that it tried; the last one's reason is enough.
                reason = details.rpartition("; last error: ")[2]
                return UnavailableError(f"no model server answers gRPC at {self._address}: {reason}")
            case grpc.StatusCode.RESOURCE_EXHAUSTED if _TOO_LARGE not in details:
                return UnavailableError(f"the model server at {self._address} has too much to do: {details}")
        return RefusedError(f"the model server at {self._address} refuses ({code.name}): {details}", code.name)
