"""Where a server is."""

import dataclasses
from typing import Self
from urllib.parse import urlsplit

from serving.client.errors import ClientError

_FORM = "a server's address is HOST:PORT for gRPC, or http://HOST:PORT or https://HOST:PORT for REST"


@dataclasses.dataclass(frozen=True)
class Address:
    """Where a server is, and which of its two wires is meant.

    Attributes:
        scheme: `http` or `https` for REST; empty for gRPC.
        host: Its name or number; of IPv6 with the brackets. `unix:` and a path for a socket of this machine.
        port: The port; None for a socket, and for REST on the usual port.
        prefix: What stands before `/v1` in paths, behind an ingress; empty, or begins with a slash.
    """

    scheme: str
    host: str
    port: int | None
    prefix: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads an address.

        Raises:
            ClientError: It is none.
        """
        if text.startswith("unix:"):
            return cls("", text, None)
        is_rest = text.startswith(("http://", "https://"))
        try:
            parts = urlsplit(text if is_rest else f"//{text}")
            port, host = parts.port, parts.netloc.rpartition(":")[0] if parts.port else parts.netloc
        except ValueError as error:
            raise ClientError(f"{text!r}: {error}; {_FORM}") from error
        surplus = parts.query or parts.fragment or parts.username or (parts.path and not is_rest)
        if not host or surplus or (port is None and not is_rest):
            raise ClientError(f"{text!r} is no address: {_FORM}")
        return cls(parts.scheme, host, port, parts.path.rstrip("/"))

    def __str__(self) -> str:
        place = self.host if self.port is None else f"{self.host}:{self.port}"
        return f"{self.scheme}://{place}{self.prefix}" if self.scheme else place
