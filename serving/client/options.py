"""What can be set about a client."""

import dataclasses
from collections.abc import Callable

from serving.client.retries import Retries
from serving.client.tls import Tls


@dataclasses.dataclass(frozen=True)
class ClientOptions:
    """How requests are made.

    Attributes:
        deadline_seconds: How long one request may take, its retries included.
        retries: How often a request is made again where there was no server, or an overloaded one.
        tls: For gRPC with TLS, and for `https://` with certificates of one's own; None for plain gRPC, and for
            `https://` with the authorities that the machine trusts.
        token: Is sent as `authorization: Bearer TOKEN`; a function where it is renewed now and then.
        rows_per_request: Larger inputs are cut into requests of so many rows.
        max_in_flight: How many of these are on their way at once.
        version: The model's version, or its label; None for the newest.
        signature: The signature that is asked.
    """

    deadline_seconds: float = 60.0
    retries: Retries = dataclasses.field(default_factory=Retries)
    tls: Tls | None = None
    token: str | Callable[[], str] | None = None
    rows_per_request: int = 64
    max_in_flight: int = 4
    version: int | str | None = None
    signature: str = "serving_default"

    def authorization(self) -> dict[str, str]:
        """The header, or metadata, that carries the token; none without one."""
        token = self.token() if callable(self.token) else self.token
        return {} if token is None else {"authorization": f"Bearer {token}"}
