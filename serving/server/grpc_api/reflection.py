"""gRPC reflection, by which `grpcurl` and its like find the services and their messages."""

import contextlib
import importlib
from collections.abc import Sequence

import grpc

_DESCRIPTIONS = ("prediction_service_pb2", "model_service_pb2")


def add_reflection(server: grpc.Server, services: Sequence[str]) -> None:
    """Lets clients ask a server for these services' descriptions; the stock server has no such service.

    Args:
        server: The server.
        services: Full names of services.
    """
    from grpc_reflection.v1alpha import reflection

    for name in _DESCRIPTIONS:
        # One of them was generated long ago: it registers the description first, and only then fails.
        with contextlib.suppress(AttributeError):
            importlib.import_module(f"tensorflow_serving.apis.{name}")
    reflection.enable_server_reflection((*services, reflection.SERVICE_NAME), server)
