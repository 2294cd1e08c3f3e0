"""The client of a model server: raw texts in, typed answers out; it does without TensorFlow."""

from serving.client.client import Client
from serving.client.errors import ClientError, DeadlineError, RefusedError, UnavailableError
from serving.client.options import ClientOptions
from serving.client.retries import NO_RETRIES, Retries
from serving.client.tls import Tls

__all__ = [
    "NO_RETRIES",
    "Client",
    "ClientError",
    "ClientOptions",
    "DeadlineError",
    "RefusedError",
    "Retries",
    "Tls",
    "UnavailableError",
]
