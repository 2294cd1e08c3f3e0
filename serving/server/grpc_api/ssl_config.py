"""TLS for gRPC, from a text-format SSLConfig."""

import pathlib
from typing import Any

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format

from models.user_error import UserError

_FULL_NAME = "tensorflow.serving.SSLConfig"
_STRINGS = ("server_key", "server_cert", "custom_ca")


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
    config = _read(path)
    if not config.server_key or not config.server_cert:
        raise UserError(f"{path} names no server_key or no server_cert; both are needed, as PEM text")
    if config.client_verify and not config.custom_ca:
        raise UserError(f"{path} asks for client_verify but has no custom_ca to verify clients by")
    return grpc.ssl_server_credentials(
        [(config.server_key.encode(), config.server_cert.encode())],
        root_certificates=config.custom_ca.encode() or None,
        require_client_auth=config.client_verify,
    )


def _read(path: pathlib.Path) -> Any:
    try:
        return text_format.Parse(path.read_text(encoding="utf-8"), _ssl_config_type()())
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error
    except (text_format.ParseError, UnicodeDecodeError) as error:
        raise UserError(f"Error parsing text-format {_FULL_NAME}: {path}:{error}") from error


def _ssl_config_type() -> Any:
    """The message class, which tensorflow-serving-api does not carry."""
    file = descriptor_pb2.FileDescriptorProto(
        name="tensorflow_serving/config/ssl_config.proto", package="tensorflow.serving", syntax="proto3"
    )
    message = file.message_type.add(name="SSLConfig")
    field = descriptor_pb2.FieldDescriptorProto
    for number, name in enumerate(_STRINGS, start=1):
        message.field.add(name=name, number=number, type=field.TYPE_STRING, label=field.LABEL_OPTIONAL)
    message.field.add(name="client_verify", number=4, type=field.TYPE_BOOL, label=field.LABEL_OPTIONAL)
    # A pool of its own: another library may register the same message.
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(_FULL_NAME))
