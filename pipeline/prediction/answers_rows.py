"""What answers rows: a model in this process, or one on a server."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from serving.client.errors import RefusedError

if TYPE_CHECKING:
    from serving.client import Client


class AnswersRows(Protocol):
    """A model."""

    def answer(self, rows: Sequence[Mapping[str, str]]) -> Sequence[Mapping[str, Any]]:
        """Answers rows of texts by column, in their order, by the names of the model's outputs.

        Raises:
            RefusedError: It does not answer these rows.
        """


class LocalAnswers:
    """A SavedModel in this process."""

    def __init__(self, folder: str) -> None:
        """Loads the model, which takes seconds.

        Args:
            folder: The SavedModel.
        """
        from serving.tensorflow_alone import import_tensorflow_alone

        import_tensorflow_alone()
        from serving.local_model import LocalModel

        self._model = LocalModel(folder)

    def answer(self, rows: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
        """As `AnswersRows.answer`."""
        import tensorflow as tf

        try:
            return self._model.answer(rows)
        except (tf.errors.InvalidArgumentError, tf.errors.OutOfRangeError) as error:
            # The reason stands below where in the code it was, and above where in the graph, which is indented.
            reason = [line for line in error.message.splitlines() if line.strip() == line != ""][-1]
            raise RefusedError(f"the model refuses: {reason}", "INVALID_ARGUMENT") from error


class ServerAnswers:
    """A model of a server."""

    def __init__(self, client: "Client[Mapping[str, Any]]") -> None:
        """Asks nothing yet.

        Args:
            client: Gives answers as the model does, by output.
        """
        self._client = client

    def answer(self, rows: Sequence[Mapping[str, str]]) -> list[Mapping[str, Any]]:
        """As `AnswersRows.answer`."""
        return self._client.predict(rows)
