"""What a wire does for a client."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Transport(Protocol):
    """Makes single requests, over gRPC or REST; for several threads at once."""

    def predict(self, columns: Mapping[str, Sequence[str]], timeout_seconds: float) -> Mapping[str, Sequence[Any]]:
        """Asks for the answers to rows.

        Args:
            columns: The texts by input; each as many as there are rows.
            timeout_seconds: How long it may take.

        Returns:
            Values by output, one for each row: strings, numbers, or lists of them.

        Raises:
            ClientError: There is no answer.
        """

    def close(self) -> None:
        """Gives connections back."""
