"""TLS for gRPC, from a text-format SSLConfig."""

import pathlib

import grpc

from models.user_error import UserError
from serving.server.text_proto import read_text_proto

_MESSAGE = "SSLConfig"
_FIELDS = {"server_key": "string", "server_cert": "string", "custom_ca": "string", "client_verify": "bool"}


def server_credentials(path: pathlib.Path | None) -> grpc.ServerCredentials | None:
    """The credentials that an SSLConfig describes.

    Args:
        path: The file; None for no TLS.

    Returns:
        Credentials; with `client_verify` they ask clients for a certificate that `custom_ca` signed.

    Raises:
        UserError: The file cannot be read or says something else.
    """
    if path is None:
        return None
    config = read_text_proto(path, _MESSAGE, {_MESSAGE: _FIELDS})
    if not config.server_key or not config.server_cert:
        raise UserError(f"{path} names no server_key or no server_cert; both are needed, as PEM text")
    if config.client_verify and not config.custom_ca:
        raise UserError(f"{path} asks for client_verify but has no custom_ca to verify clients by")
    return grpc.ssl_server_credentials(
        [(config.server_key.encode(), config.server_cert.encode())],
        root_certificates=config.custom_ca.encode() or None,
        require_client_auth=config.client_verify,
    )
