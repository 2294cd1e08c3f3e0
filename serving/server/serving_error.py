"""The error that a client is told, with TensorFlow's canonical codes."""

import enum


class Code(enum.IntEnum):
    """Canonical codes; gRPC's and TensorFlow's numbers and names are the same."""

    OK = 0
    CANCELLED = 1
    UNKNOWN = 2
    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    ABORTED = 10
    OUT_OF_RANGE = 11
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    DATA_LOSS = 15
    UNAUTHENTICATED = 16


class ServingError(Exception):
    """A request, a config or a model that the server refuses.

    Attributes:
        code: The canonical code.
        message: What the client reads; its words are the stock server's.
    """

    def __init__(self, code: Code, message: str) -> None:
        """Prints as `CODE: message`."""
        super().__init__(f"{code.name}: {message}")
        self.code = code
        self.message = message


def invalid_argument(message: str) -> ServingError:
    """The commonest code, for what is wrong with the request itself."""
    return ServingError(Code.INVALID_ARGUMENT, message)
