"""How `bertline predict` reaches a server."""

import dataclasses
import pathlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from models.user_error import UserError

if TYPE_CHECKING:
    from serving.client import Client, ClientOptions, Retries


_LOCAL_SERVER = "localhost:8500"


@dataclasses.dataclass(frozen=True)
class ServerAccess:
    """A server and what it wants to see.

    Attributes:
        address: `HOST:PORT` for gRPC, or `http://…` or `https://…` for REST; None for a server of this machine.
        tls: Whether gRPC goes through TLS; where there are certificates it does.
        ca: Certificates of the authorities that signed the server's.
        certificate: The client's own.
        key: Its key.
        token: The bearer token.
        timeout_seconds: How long a request may take.
    """

    address: str | None = None
    tls: bool = False
    ca: pathlib.Path | None = None
    certificate: pathlib.Path | None = None
    key: pathlib.Path | None = None
    token: str | None = None
    timeout_seconds: float = 60.0

    @property
    def is_secured(self) -> bool:
        """Whether a gRPC connection goes through TLS."""
        return self.tls or any((self.ca, self.certificate, self.key))

    def check(self, is_used: bool) -> None:
        """Checks that nothing is given that would have no effect.

        Args:
            is_used: Whether a server is asked, or a request to one is shown.

        Raises:
            UserError: Certificates are given and no server.
        """
        if self.is_secured and not is_used:
            raise UserError("--tls, --ca, --certificate and --key say how a server is reached: name it with --server")

    def place(self) -> str:
        """Where the server is."""
        return self.address or _LOCAL_SERVER

    def options(self, retries: "Retries | None" = None) -> "ClientOptions":
        """As the client takes them.

        Args:
            retries: Others than the usual ones.

        Raises:
            ClientError: A file is missing.
        """
        from serving.client import ClientOptions, Retries, Tls

        return ClientOptions(
            deadline_seconds=self.timeout_seconds,
            retries=retries or Retries(),
            tls=Tls(self.ca, self.certificate, self.key) if self.is_secured else None,
            token=self.token,
        )

    def client(self, model_name: str, retries: "Retries | None" = None) -> "Client[Mapping[str, Any]]":
        """A client whose answers are those of the model, by output.

        Args:
            model_name: The model.
            retries: Others than the usual ones.

        Raises:
            ClientError: The address is none, or a file is missing.
        """
        from serving.client import Client

        return Client(self.place(), model_name, options=self.options(retries))
