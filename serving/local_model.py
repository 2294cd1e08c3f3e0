"""Answers texts with a SavedModel in this process."""

import concurrent.futures
from collections.abc import Mapping, Sequence
from typing import Any

import tensorflow as tf
from tensorflow.python.saved_model.loader_impl import parse_saved_model

from models.export.expected_answers import plain_values
from serving.op_libraries import load_op_libraries

_ROWS_PER_CALL = 64
_CALLS_AT_ONCE = 2
"""While one is in its tokeniser or a small op, which use one processor, the other goes on."""


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
        batches = [by_length[start : start + _ROWS_PER_CALL] for start in range(0, len(rows), _ROWS_PER_CALL)]
        answers: dict[int, dict[str, Any]] = {}
        with concurrent.futures.ThreadPoolExecutor(_CALLS_AT_ONCE) as pool:
            answered = pool.map(self._answer, ([rows[index] for index in batch] for batch in batches))
            for batch, its_answers in zip(batches, answered, strict=True):
                answers.update(zip(batch, its_answers, strict=True))
        return [answers[index] for index in range(len(rows))]

    def _answer(self, rows: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
        columns = {name: tf.constant([row[name] for row in rows]) for name in rows[0]}
        outputs = {name: values.numpy() for name, values in sorted(self._signature(**columns).items())}
        return [{name: plain_values(values[place]) for name, values in outputs.items()} for place in range(len(rows))]
