"""A request as command lines of curl and grpcurl."""

import shlex
from collections.abc import Mapping, Sequence

from google.protobuf import json_format

from pipeline.prediction.server_access import ServerAccess
from serving.client.address import Address
from serving.client.messages import METHOD
from serving.client.options import ClientOptions
from serving.client.predict_request import grpc_request, rest_body, rest_path

_GRPC_PORT, _REST_PORT = 8500, 8501
_PROTOSET = "predict.protoset"

TOKEN_VARIABLE = "BERTLINE_TOKEN"  # noqa: S105 (its name)
"""The environment variable of the token; the shell fills it in, so that no secret is printed."""


def command_lines(access: ServerAccess, model_name: str, rows: Sequence[Mapping[str, str]]) -> list[str]:
    """The request for the answers to rows, for a shell.

    Of the two wires only one's address is given: the other's is taken to be on the same host, at its usual port.

    Args:
        access: Where the server is and what it wants to see.
        model_name: The model.
        rows: The texts by column.
    """
    address = Address.parse(access.place())
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    options = ClientOptions()
    grpc = address if not address.scheme else Address("", address.host, _GRPC_PORT)
    rest = address if address.scheme else Address("http", address.host, _REST_PORT)
    url = f"{rest}{rest_path(model_name, options)}:predict"
    request = json_format.MessageToJson(grpc_request(model_name, columns, options), indent=None)
    is_secured = access.is_secured or address.scheme == "https"
    return [
        "# REST" if address.scheme else f"# REST, at its usual port {_REST_PORT}",
        _joined(
            ["curl", *_certificates(access, "--", rest.scheme == "https")],
            access,
            ["-d", rest_body(columns, options), url],
        ),
        f"# gRPC, at its usual port {_GRPC_PORT}" if address.scheme else "# gRPC",
        f"# beforehand, for servers that do not describe themselves: python -m serving.client.protoset {_PROTOSET}",
        _joined(
            ["grpcurl", *(_certificates(access, "-", is_secured) if is_secured else ["-plaintext"])],
            access,
            ["-protoset", _PROTOSET, "-d", request, str(grpc), METHOD.removeprefix("/")],
        ),
    ]


def _certificates(access: ServerAccess, dashes: str, is_secured: bool) -> list[str]:
    files = {"cacert": access.ca, "cert": access.certificate, "key": access.key} if is_secured else {}
    return [word for name, path in files.items() if path for word in (f"{dashes}{name}", str(path))]


def _joined(first: Sequence[str], access: ServerAccess, rest: Sequence[str]) -> str:
    header = f'-H "Authorization: Bearer ${TOKEN_VARIABLE}"'
    return " ".join([shlex.join(first), *([header] if access.token else []), shlex.join(rest)])
