"""Asks a model server for answers over gRPC."""

from collections.abc import Mapping, Sequence
from typing import Any

import grpc
import tensorflow as tf
from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

from models.export.expected_answers import plain_values

# The stock server has no limit worth speaking of; gRPC's own is 4 MB.
_OPTIONS = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]


def predict_request(model_name: str, rows: Sequence[Mapping[str, str]]) -> predict_pb2.PredictRequest:
    """The request for the answers of `serving_default` to rows of texts by column."""
    request = predict_pb2.PredictRequest()
    request.model_spec.name = model_name
    for name in rows[0]:
        request.inputs[name].CopyFrom(tf.make_tensor_proto([row[name] for row in rows], dtype=tf.string))
    return request


class GrpcClient:
    """A connection to one model of a server on this machine; usable as a context manager, which closes it."""

    def __init__(self, address: str, model_name: str, timeout_seconds: float = 60) -> None:
        """Connects when the first request is made.

        Args:
            address: As `host:port`.
            model_name: The model's name.
            timeout_seconds: How long a request may take.
        """
        self._channel = grpc.insecure_channel(address, options=_OPTIONS)
        self._stub = prediction_service_pb2_grpc.PredictionServiceStub(self._channel)
        self._model_name, self._timeout = model_name, timeout_seconds

    def predict(self, rows: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
        """Answers rows of texts by column, in their order: strings, numbers and lists of them by output name.

        Raises:
            grpc.RpcError: The server refused, or gave no answer in time.
        """
        reply = self._stub.Predict(predict_request(self._model_name, rows), timeout=self._timeout)
        columns = {name: plain_values(tf.make_ndarray(tensor)) for name, tensor in sorted(reply.outputs.items())}
        return [{name: values[index] for name, values in columns.items()} for index in range(len(rows))]

    def __enter__(self) -> "GrpcClient":
        """It connects by itself."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Closes the connection."""
        self._channel.close()
