"""Answers texts with a SavedModel in this process."""

from collections.abc import Mapping, Sequence
from typing import Any

import tensorflow as tf
from tensorflow.python.saved_model.loader_impl import parse_saved_model

from models.export.expected_answers import plain_values
from serving.op_libraries import load_op_libraries

_ROWS_PER_CALL = 64


class LocalModel:
    """A SavedModel with a signature `serving_default` on raw strings."""

    def __init__(self, folder: str) -> None:
        """Loads the model.

        Args:
            folder: The SavedModel.
        """
        load_op_libraries(parse_saved_model(folder))
        self._model = tf.saved_model.load(folder)
        self._signature = self._model.signatures["serving_default"]

    def answer(self, rows: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
        """Answers rows, in their order.

        Args:
            rows: The text of each text column.

        Returns:
            For each row the signature's outputs: strings, numbers, or lists of them.
        """
        # Texts of a like length make batches with little padding.
        by_length = sorted(range(len(rows)), key=lambda index: sum(map(len, rows[index].values())))
        answers: dict[int, dict[str, Any]] = {}
        for start in range(0, len(rows), _ROWS_PER_CALL):
            indices = by_length[start : start + _ROWS_PER_CALL]
            columns = {name: tf.constant([rows[index][name] for index in indices]) for name in rows[indices[0]]}
            outputs = {name: values.numpy() for name, values in sorted(self._signature(**columns).items())}
            for place, index in enumerate(indices):
                answers[index] = {name: plain_values(values[place]) for name, values in outputs.items()}
        return [answers[index] for index in range(len(rows))]
