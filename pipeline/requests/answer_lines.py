"""Answers as lines for a person: columns that fit a terminal, or separated by tabs for the next program."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len, set_cell_size

from models.tasks.interface.task import Task
from pipeline.display.fitted_line import shortened

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_GAP = "  "


class AnswerLines:
    """Aligns the columns of answers; it is given one chunk after the other, so columns can grow but never shrink."""

    def __init__(self, task: Task, width: int | None) -> None:
        """Sets what lines have to fit.

        Args:
            task: Knows what a person wants to see of an answer.
            width: Columns of the terminal; None leaves the lines as long as they are and separates columns by tabs.
        """
        self._task, self._width = task, width
        self._column_widths: list[int] = []

    def lines(self, rows: Sequence[Mapping[str, str]], answers: Sequence[Mapping[str, Any]]) -> list[str]:
        """Formats answers.

        Args:
            rows: What was asked.
            answers: What the model answered.

        Returns:
            One line each, without control characters, which would do something to a terminal.
        """
        pairs = zip(rows, answers, strict=True)
        lines = [self._task.answer_line(_without_controls(row), _without_controls(answer)) for row, answer in pairs]
        if self._width is None:
            return lines
        cells = [line.split("\t") for line in lines]
        for row_cells in cells:
            self._widen([min(cell_len(cell), self._width // 2) for cell in row_cells[:-1]])
        return [self._aligned(row_cells, self._width) for row_cells in cells]

    def _widen(self, widths: Sequence[int]) -> None:
        self._column_widths += [0] * (len(widths) - len(self._column_widths))
        for index, width in enumerate(widths):
            self._column_widths[index] = max(self._column_widths[index], width)

    def _aligned(self, row: Sequence[str], width: int) -> str:
        columns = zip(row[:-1], self._column_widths, strict=False)
        cells = [set_cell_size(shortened(cell, room), room) for cell, room in columns]
        return shortened(_GAP.join([*cells, row[-1]]).rstrip(), width)


def _without_controls(value: Any) -> Any:
    """The same value with a space for each control character in its texts, tabs among them."""
    if isinstance(value, str):
        return _CONTROL.sub(" ", value)
    if isinstance(value, Mapping):
        return {name: _without_controls(element) for name, element in value.items()}
    return [_without_controls(element) for element in value] if isinstance(value, list) else value
