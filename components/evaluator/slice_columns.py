"""The columns by which TFMA slices, made from a batch of examples."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from tensorflow_model_analysis.constants import ARROW_INPUT_COLUMN

from components.evaluator.jackknife.row_group import ROW_GROUP, group_of_row
from components.evaluator.text_slices import TEXT_SLICES
from models.encoder_settings import EncoderSettings

MISSING = "(missing)"
"""The slice of rows that have no value in a column: every row is in one slice of each column."""


@dataclasses.dataclass(frozen=True)
class SliceColumns:
    """Which columns the metrics and slices need.

    Attributes:
        slices: Names of columns, or of slices that are computed from the text.
        text_columns: What is the text.
        kept: Further columns that stay as they are.
        encoder: How the model reads texts.
    """

    slices: tuple[str, ...]
    text_columns: tuple[str, ...]
    kept: tuple[str, ...]
    encoder: EncoderSettings

    def select(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Keeps the columns that are needed, and adds those that are computed.

        Args:
            batch: A list of values per row and column; null where a row has none. One column holds the rows as
                they were stored.

        Returns:
            The kept columns, `large_list<large_binary>` for each slice, never null, and each row's group.
        """
        kept = [name for name in self.kept if name in batch.schema.names and name not in self.slices]
        columns = {name: batch.column(name) for name in kept}
        for name in self.slices:
            values = self._computed(batch, name) if name in TEXT_SLICES else _of_column(batch, name)
            columns[name] = pa.array(values, pa.large_list(pa.large_binary()))
        rows = batch.column(ARROW_INPUT_COLUMN).to_pylist()
        columns[ROW_GROUP] = pa.array([[group_of_row(serialized)] for (serialized,) in rows], pa.large_list(pa.int64()))
        return pa.RecordBatch.from_pydict(columns)

    def _computed(self, batch: pa.RecordBatch, name: str) -> list[list[bytes]]:
        columns = [_of_column(batch, column, missing=()) for column in self.text_columns]
        rows = [
            [text.decode(errors="replace") for texts in row for text in texts] for row in zip(*columns, strict=True)
        ]
        return [[bucket.encode()] for bucket in TEXT_SLICES[name].buckets_of(rows, self.encoder)]


def _of_column(batch: pa.RecordBatch, name: str, missing: Sequence[bytes] = (MISSING.encode(),)) -> list[list[bytes]]:
    if name not in batch.schema.names:
        return [list(missing)] * batch.num_rows
    return [[_as_bytes(value) for value in values or ()] or list(missing) for values in batch.column(name).to_pylist()]


def _as_bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
