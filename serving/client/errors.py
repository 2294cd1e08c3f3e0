"""Why there is no answer."""

from models.user_error import UserError


class ClientError(UserError):
    """There is no answer; the message is one sentence on why."""


class UnavailableError(ClientError):
    """No server answers at the address, the connection was lost, or the server has too much to do: worth a retry."""


class DeadlineError(ClientError):
    """There was no answer in time."""


class RefusedError(ClientError):
    """The server, or what stands before it, refused the request; the same request will be refused again.

    Attributes:
        code: gRPC's name of the reason, such as `INVALID_ARGUMENT`.
    """

    def __init__(self, message: str, code: str) -> None:
        """Keeps the code.

        Args:
            message: What the server said.
            code: gRPC's name of the reason.
        """
        super().__init__(message)
        self.code = code

    @property
    def concerns_rows(self) -> bool:
        """Whether other rows may well be answered, unlike where the model or the permission is missing."""
        return self.code in ("INVALID_ARGUMENT", "OUT_OF_RANGE", "RESOURCE_EXHAUSTED", "INTERNAL", "UNKNOWN")
