"""Answers texts with a SavedModel in this process."""

from collections.abc import Mapping, Sequence
from typing import Any

import tensorflow as tf
import tensorflow_text  # noqa: F401  (registers the ops of the tokeniser)

_ROWS_PER_CALL = 64


class LocalModel:
    """A SavedModel with a signature `serving_default` on raw strings."""

    def __init__(self, folder: str) -> None:
        """Loads the model.

        Args:
            folder: The SavedModel.
        """
        self._model = tf.saved_model.load(folder)
        self._signature = self._model.signatures["serving_default"]

    def answer(self, rows: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
        """Answers rows, in their order.

        Args:
            rows: The text of each text column.

        Returns:
            For each row the signature's outputs: strings, numbers, or lists of them.
        """
        answers: list[dict[str, Any]] = []
        for start in range(0, len(rows), _ROWS_PER_CALL):
            batch = rows[start : start + _ROWS_PER_CALL]
            columns = {name: tf.constant([row[name] for row in batch]) for name in batch[0]}
            outputs = {name: values.numpy() for name, values in self._signature(**columns).items()}
            answers.extend(
                {name: _plain(values[index]) for name, values in sorted(outputs.items())} for index in range(len(batch))
            )
        return answers


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    if getattr(value, "ndim", 0):
        return [_plain(element) for element in value]
    return value.item()
