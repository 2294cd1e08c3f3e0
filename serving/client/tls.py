"""How a connection is secured."""

import dataclasses
import pathlib
import ssl
from typing import TYPE_CHECKING

from serving.client.errors import ClientError

if TYPE_CHECKING:
    import grpc


@dataclasses.dataclass(frozen=True)
class Tls:
    """TLS, and mutual TLS where the client has a certificate of its own. All files are PEM.

    Attributes:
        ca: Certificates of the authorities that may have signed the server's; None for those that the machine trusts.
        certificate: The client's certificate; None where the server asks for none.
        key: Its private key.
    """

    ca: pathlib.Path | None = None
    certificate: pathlib.Path | None = None
    key: pathlib.Path | None = None

    def __post_init__(self) -> None:
        """Checks what can be checked without a server.

        Raises:
            ClientError: A file is missing, or a certificate is without its key.
        """
        if (self.certificate is None) != (self.key is None):
            raise ClientError("TLS: a client's certificate and its key are given together or not at all")
        for path in (self.ca, self.certificate, self.key):
            if path is not None and not path.is_file():
                raise ClientError(f"TLS: there is no file {path}")

    def channel_credentials(self) -> "grpc.ChannelCredentials":
        """For gRPC."""
        import grpc

        ca, key, certificate = (path.read_bytes() if path else None for path in (self.ca, self.key, self.certificate))
        return grpc.ssl_channel_credentials(ca, key, certificate)

    def context(self) -> ssl.SSLContext:
        """For REST.

        Raises:
            ClientError: A file is no certificate or key.
        """
        try:
            context = ssl.create_default_context(cafile=str(self.ca) if self.ca else None)
            if self.certificate:
                context.load_cert_chain(self.certificate, self.key)
        except ssl.SSLError as error:
            raise ClientError(f"TLS: a file is no certificate or key in PEM form ({error.reason})") from error
        return context
