"""Turns the rows of a file into features."""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from components.text_example_gen.column_map import ColumnMap
from models.tasks.interface.contract import Features, RowError
from models.tasks.interface.task import Task


@dataclasses.dataclass(frozen=True)
class RowParser:
    """Turns the rows of a file into features.

    Attributes:
        task: Parses its own columns.
        columns: Which column of the file holds what.
    """

    task: Task
    columns: ColumnMap

    def parse(self, values: Mapping[str, Any]) -> Features:
        """Returns the features of a row: the task's, and the columns that are kept beside them.

        Columns that are kept are text: strings as they are, anything else as JSON; nulls are left out.

        Args:
            values: Values by the file's column names.

        Raises:
            RowError: The task cannot use the row, or it holds a NUL character.
        """
        features = self.task.parse_row({name: values.get(source) for name, source in self.columns.canonical.items()})
        for name in self.columns.extra:
            value = values.get(name)
            if value is not None:
                features[name] = _as_text(value).encode()
        for name, feature in features.items():
            strings = feature if isinstance(feature, tuple) else (feature,)
            if any(isinstance(value, bytes) and b"\0" in value for value in strings):
                raise RowError(f"NUL character: in {name}")
        return features


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
